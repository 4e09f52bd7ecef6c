//! [`Blend`]: how what is drawn and what is there become one.

use crate::codec::wire_enum;

wire_enum! {
    /// How what is drawn (the source) and what is there (the destination) become one. The formulas
    /// stand in `PROTOCOL.md`, "Blend modes".
    pub enum Blend {
        /// The source over the destination.
        Over = 0,
        /// Nothing.
        Clear = 1,
        /// The source alone.
        Source = 2,
        /// The destination alone.
        Destination = 3,
        /// The destination over the source.
        DestinationOver = 4,
        /// The source where the destination is.
        SourceIn = 5,
        /// The destination where the source is.
        DestinationIn = 6,
        /// The source where the destination is not.
        SourceOut = 7,
        /// The destination where the source is not.
        DestinationOut = 8,
        /// The source over the destination, where that is.
        SourceAtop = 9,
        /// The destination over the source, where that is.
        DestinationAtop = 10,
        /// Each where the other is not.
        Xor = 11,
        /// The sum.
        Add = 12,
        /// The product: white changes nothing.
        Multiply = 13,
        /// The product of what is missing: black changes nothing.
        Screen = 14,
        /// Multiplied or screened, as the destination is dark or light.
        Overlay = 15,
        /// The darker of both.
        Darken = 16,
        /// The lighter of both.
        Lighten = 17,
        /// Multiplied or screened, as the source is dark or light.
        HardLight = 18,
        /// By how much they differ.
        Difference = 19,
        /// As difference, with less contrast.
        Exclusion = 20,
    }
}
