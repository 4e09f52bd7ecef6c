//! Decimal numbers as people write them: 0.1 and 0.2 make exactly 0.3.

use std::fmt;
use std::str::FromStr;

/// Digits that are kept. Two such mantissas multiply without leaving an `i128`.
const DIGITS: u32 = 18;

/// Digits that are shown: those behind them hide the rounding of a third times three.
const SHOWN: u32 = 14;

/// The most zeros between point and first digit that are written out.
const ZEROS: i32 = 6;

/// Powers of ten beyond which a number is too large, and below which it is nothing.
const MAX_EXPONENT: i32 = 999;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something was to be divided by nothing.
    DividedByZero,
    /// The result has more than a thousand digits.
    TooLarge,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DividedByZero => "Cannot divide by zero",
            Self::TooLarge => "Too large",
        })
    }
}

/// A decimal number: `mantissa` × 10^`exponent`, with at most 18 digits.
///
/// The mantissa never ends in a zero, and zero is 0 × 10^0, so that equal numbers are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    mantissa: i128,
    exponent: i32,
}

impl Number {
    /// Nothing.
    pub const ZERO: Self = Self {
        mantissa: 0,
        exponent: 0,
    };

    /// The nearest number; half a unit goes away from zero.
    fn new(mantissa: i128, exponent: i32) -> Result<Self, Problem> {
        let mut number = Self { mantissa, exponent }.rounded(DIGITS);
        while number.mantissa != 0 && number.mantissa % 10 == 0 {
            number.mantissa /= 10;
            number.exponent += 1;
        }
        if number.mantissa == 0 || number.exponent < -MAX_EXPONENT {
            Ok(Self::ZERO)
        } else if number.exponent > MAX_EXPONENT {
            Err(Problem::TooLarge)
        } else {
            Ok(number)
        }
    }

    fn rounded(mut self, digits: u32) -> Self {
        let excess = self.digits().saturating_sub(digits);
        if excess > 0 {
            let unit = 10i128.pow(excess);
            let half = unit / 2 * self.mantissa.signum();
            self.mantissa = self.mantissa.saturating_add(half) / unit;
            self.exponent += excess as i32;
        }
        self
    }

    fn digits(self) -> u32 {
        self.mantissa
            .unsigned_abs()
            .checked_ilog10()
            .map_or(1, |log| log + 1)
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, Problem> {
        let (high, low) = match self.exponent >= other.exponent {
            true => (self, other),
            false => (other, self),
        };
        let gap = high.exponent.abs_diff(low.exponent);
        let aligned = 10i128
            .checked_pow(gap)
            .and_then(|unit| high.mantissa.checked_mul(unit));
        match aligned.and_then(|aligned| aligned.checked_add(low.mantissa)) {
            Some(sum) => Self::new(sum, low.exponent),
            // So far apart that the smaller one has no digit in the sum.
            None => Ok(high),
        }
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, Problem> {
        self.plus(other.negated())
    }

    /// The product.
    pub fn times(self, other: Self) -> Result<Self, Problem> {
        Self::new(
            self.mantissa * other.mantissa,
            self.exponent + other.exponent,
        )
    }

    /// The quotient, to all the digits there are.
    pub fn over(self, other: Self) -> Result<Self, Problem> {
        if other == Self::ZERO {
            return Err(Problem::DividedByZero);
        }
        let room = 37 - self.digits();
        Self::new(
            self.mantissa * 10i128.pow(room) / other.mantissa,
            self.exponent - room as i32 - other.exponent,
        )
    }

    /// Reads a number as people and programs write it: with spaces or apostrophes between
    /// thousands, a comma for the point, a minus sign of print, an exponent.
    pub fn read(text: &str) -> Option<Self> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '\'' | '’'))
            .map(|c| if c == '−' { '-' } else { c })
            .collect();
        let plain = match (plain.contains('.'), plain.matches(',').count()) {
            (false, 1) => plain.replace(',', "."),
            _ => plain.replace(',', ""),
        };
        let unsigned = plain.trim_start_matches(['-', '+']);
        let (mantissa, _) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
        let digits = mantissa.chars().filter(char::is_ascii_digit).count();
        let points = mantissa.matches('.').count();
        let whole = digits > 0 && points < 2 && digits + points == mantissa.len();
        let signs = plain.len() - unsigned.len();
        (whole && signs < 2).then(|| plain.parse().ok()).flatten()
    }

    /// With the other sign.
    pub const fn negated(self) -> Self {
        Self {
            mantissa: -self.mantissa,
            ..self
        }
    }

    /// A hundredth.
    pub fn percent(self) -> Self {
        Self::new(self.mantissa, self.exponent - 2).expect("it gets smaller")
    }
}

/// Reads `12`, `12.5`, `.5`, `-3` and `1.5e21`: what can be typed and what is shown.
impl FromStr for Number {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let (text, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().map_err(|_| Problem::TooLarge)?;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole
            .chars()
            .chain(part.chars())
            .filter_map(|c| c.to_digit(10));
        let fold = |value: i128, digit| value.checked_mul(10)?.checked_add(i128::from(digit));
        let mantissa = digits
            .into_iter()
            .try_fold(0, fold)
            .ok_or(Problem::TooLarge)?;
        let sign = if text.starts_with('-') { -1 } else { 1 };
        Self::new(sign * mantissa, exponent.saturating_sub(part.len() as i32))
    }
}

/// `-1234.5`, or `1.5e21` where there would be too many digits.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.rounded(SHOWN);
        let shown = Self::new(shown.mantissa, shown.exponent).unwrap_or(shown);
        let digits = shown.mantissa.unsigned_abs().to_string();
        let sign = if shown.mantissa < 0 { "-" } else { "" };
        // How many digits stand before the point.
        let before = digits.len() as i32 + shown.exponent;
        if before > SHOWN as i32 || before < -ZEROS {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{sign}{first}{point}{rest}e{}", before - 1);
        }
        if shown.exponent >= 0 {
            return write!(f, "{sign}{digits}{}", "0".repeat(shown.exponent as usize));
        }
        let zeros = "0".repeat((1 - before).max(0) as usize);
        let all = zeros + &digits;
        let (whole, part) = all.split_at(before.max(1) as usize);
        write!(f, "{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        text.parse().expect("a number")
    }

    #[test]
    fn a_tenth_and_two_tenths_are_three_tenths() {
        assert_eq!(n("0.1").plus(n("0.2")), Ok(n("0.3")));
        assert_eq!(n("1.1").times(n("1.1")), Ok(n("1.21")));
        assert_eq!(n("0.3").minus(n("0.1")), Ok(n("0.2")));
        assert_eq!(n("4.35").times(n("100")), Ok(n("435")));
    }

    #[test]
    fn a_third_three_times_is_shown_as_a_whole() {
        let third = n("1").over(n("3")).expect("3 is not 0");
        assert_eq!(third.to_string(), "0.33333333333333");
        assert_eq!(third.times(n("3")).expect("small").to_string(), "1");
        assert_eq!(
            n("2").over(n("3")).expect("3 is not 0").to_string(),
            "0.66666666666667"
        );
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for text in [
            "0",
            "7",
            "-7",
            "10",
            "1000",
            "0.5",
            "-0.25",
            "1234.5678",
            "99999999999999",
        ] {
            assert_eq!(n(text).to_string(), text);
        }
        assert_eq!(n("007.500").to_string(), "7.5");
        assert_eq!(n(".5").to_string(), "0.5");
        assert_eq!(n("-0").to_string(), "0");
    }

    #[test]
    fn what_others_write_is_read() {
        let read = |text| Number::read(text).map(|n| n.to_string());
        for (text, number) in [
            (" 1 234 567.5\n", "1234567.5"),
            ("1\u{2009}234", "1234"),
            ("1'000", "1000"),
            ("3,5", "3.5"),
            ("1,234,567", "1234567"),
            ("1,234.5", "1234.5"),
            ("−7", "-7"),
            ("+7", "7"),
            ("1.5e21", "1.5e21"),
            ("2E-3", "0.002"),
        ] {
            assert_eq!(read(text).as_deref(), Some(number), "{text:?}");
        }
        for text in ["", " ", "one", "1.2.3", "--1", "1e", "0x1", "1e9999", "."] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn large_and_small_numbers_have_an_exponent() {
        let million = n("1000000");
        let large = million
            .times(million)
            .and_then(|n| n.times(million))
            .expect("not too large");
        assert_eq!(large.to_string(), "1e18");
        assert_eq!(
            large.times(n("-1.5")).expect("not too large").to_string(),
            "-1.5e18"
        );
        assert_eq!(n("1").over(large).expect("not zero").to_string(), "1e-18");
        assert_eq!(n("0.000001").to_string(), "0.000001");
    }

    #[test]
    fn what_cannot_be_told_apart_is_left_out_of_a_sum() {
        let mut large = n("1");
        for _ in 0..10 {
            large = large.times(n("100000")).expect("not too large");
        }
        assert_eq!(large.plus(n("1")), Ok(large));
        assert_eq!(n("-1").plus(large), Ok(large));
    }

    #[test]
    fn what_has_no_result_says_why() {
        assert_eq!(n("1").over(Number::ZERO), Err(Problem::DividedByZero));
        let mut large = Ok(n("10"));
        for _ in 0..12 {
            large = large.and_then(|n| n.times(n));
        }
        assert_eq!(large, Err(Problem::TooLarge));
    }

    #[test]
    fn extreme_mantissas_stay_within_their_bounds() {
        let nines = n("999999999999999999");
        for result in [
            nines.times(nines),
            nines.plus(nines),
            nines.over(n("7")),
            n("1").over(nines),
        ] {
            let result = result.expect("not too large");
            assert!(result.digits() <= DIGITS);
            assert_eq!(result.over(result), Ok(n("1")));
        }
    }
}
