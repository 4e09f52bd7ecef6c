//! Bytes as text that a person can read and compare.

/// Sixteen bytes a line.
pub(crate) fn write(bytes: &[u8]) -> String {
    let line = |line: &[u8]| {
        let bytes: Vec<_> = line.iter().map(|b| format!("{b:02x}")).collect();
        format!("  {}\n", bytes.join(" "))
    };
    bytes.chunks(16).map(line).collect()
}

/// The bytes in `text`; what follows a `#` in a line is a remark.
pub(crate) fn read(text: &str) -> Vec<u8> {
    text.lines()
        .flat_map(|line| line.split('#').next().unwrap_or("").split_whitespace())
        .map(|byte| {
            assert_eq!(byte.len(), 2, "`{byte}` is not two hex digits");
            u8::from_str_radix(byte, 16).unwrap_or_else(|_| panic!("`{byte}` is not hex"))
        })
        .collect()
}
