//! What a pocket calculator does with its keys.

use super::number::{Number, Problem};

/// Digits that can be typed.
const MAX_TYPED: usize = 14;

/// What two numbers are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The sum.
    Plus,
    /// The difference.
    Minus,
    /// The product.
    Times,
    /// The quotient.
    Over,
}

impl Operator {
    fn apply(self, a: Number, b: Number) -> Result<Number, Problem> {
        match self {
            Self::Plus => a.plus(b),
            Self::Minus => a.minus(b),
            Self::Times => a.times(b),
            Self::Over => a.over(b),
        }
    }

    /// As it is written.
    pub const fn sign(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Minus => '−',
            Self::Times => '×',
            Self::Over => '÷',
        }
    }
}

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A digit, 0 to 9.
    Digit(u8),
    /// The decimal point.
    Point,
    /// The other sign.
    Sign,
    /// A hundredth; in sums, so many hundredths of the first number.
    Percent,
    /// Takes back what was typed last.
    Back,
    /// Forgets everything.
    Clear,
    /// One of the four.
    Operator(Operator),
    /// The result.
    Equals,
}

/// A pocket calculator. Operators work as soon as the next one is pressed, from left to right.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// What is being typed.
    typed: Option<String>,
    /// What is shown while nothing is being typed.
    value: Number,
    /// The first number and what happens to it.
    pending: Option<(Number, Operator)>,
    /// What another [`Input::Equals`] does again.
    again: Option<(Operator, Number)>,
    problem: Option<Problem>,
    /// The line above the number.
    story: String,
}

impl Machine {
    /// What stands in the display: with a decimal point, and ungrouped.
    pub fn display(&self) -> String {
        match (&self.problem, &self.typed) {
            (Some(problem), _) => problem.to_string(),
            (None, Some(typed)) => typed.clone(),
            (None, None) => self.value.to_string(),
        }
    }

    /// What has led there, in short.
    pub fn story(&self) -> &str {
        &self.story
    }

    /// The operator that waits for a second number.
    pub fn waiting(&self) -> Option<Operator> {
        self.pending.map(|(_, operator)| operator)
    }

    /// Whether the display says that something went wrong.
    pub fn has_problem(&self) -> bool {
        self.problem.is_some()
    }

    /// Takes a number as if it had been typed.
    pub fn enter(&mut self, number: Number) {
        if self.problem.is_some() {
            *self = Self::default();
        }
        self.entered(number);
    }

    /// Presses a key.
    pub fn press(&mut self, input: Input) {
        if self.problem.is_some() {
            *self = Self::default();
        }
        let done = match input {
            Input::Digit(digit) => self.typing(|typed| push_digit(typed, digit)),
            Input::Point => self.typing(push_point),
            Input::Back => self.back(),
            Input::Sign => self.sign(),
            Input::Percent => self.percent(),
            Input::Operator(operator) => self.operate(operator),
            Input::Equals => self.equals(),
            Input::Clear => {
                *self = Self::default();
                Ok(())
            }
        };
        self.problem = done.err();
    }

    /// The number in the display.
    fn number(&self) -> Result<Number, Problem> {
        match &self.typed {
            Some(typed) => typed.parse(),
            None => Ok(self.value),
        }
    }

    fn typing(&mut self, change: impl FnOnce(&mut String)) -> Result<(), Problem> {
        if self.typed.is_none() && self.pending.is_none() {
            self.story.clear();
        }
        change(self.typed.get_or_insert_with(|| "0".to_owned()));
        Ok(())
    }

    fn back(&mut self) -> Result<(), Problem> {
        if let Some(typed) = &mut self.typed {
            typed.pop();
            if typed.is_empty() || typed == "-" {
                *typed = "0".to_owned();
            }
        }
        Ok(())
    }

    fn sign(&mut self) -> Result<(), Problem> {
        match &mut self.typed {
            Some(typed) => match typed.strip_prefix('-') {
                Some(positive) => *typed = positive.to_owned(),
                None => typed.insert(0, '-'),
            },
            None => self.value = self.value.negated(),
        }
        Ok(())
    }

    fn percent(&mut self) -> Result<(), Problem> {
        let part = self.number()?.percent();
        self.value = match self.pending {
            Some((whole, Operator::Plus | Operator::Minus)) => whole.times(part)?,
            _ => part,
        };
        self.entered(self.value);
        Ok(())
    }

    /// As if it had been typed: it is the second number now.
    fn entered(&mut self, number: Number) {
        if self.pending.is_none() {
            self.story.clear();
        }
        self.value = number;
        self.typed = Some(number.to_string());
    }

    fn operate(&mut self, operator: Operator) -> Result<(), Problem> {
        // Pressed again, it is another operator, and nothing is worked out.
        self.value = match (self.pending, &self.typed) {
            (Some((first, pending)), Some(_)) => pending.apply(first, self.number()?)?,
            _ => self.number()?,
        };
        self.typed = None;
        self.pending = Some((self.value, operator));
        self.story = format!("{} {}", self.value, operator.sign());
        Ok(())
    }

    fn equals(&mut self) -> Result<(), Problem> {
        let second = self.number()?;
        let (first, operator, second) = match (self.pending, self.again) {
            (Some((first, operator)), _) => (first, operator, second),
            (None, Some((operator, again))) => (second, operator, again),
            (None, None) => (second, Operator::Plus, Number::ZERO),
        };
        if self.pending.is_some() || self.again.is_some() {
            self.story = format!("{first} {} {second} =", operator.sign());
            self.again = Some((operator, second));
        }
        (self.pending, self.typed) = (None, None);
        self.value = operator.apply(first, second)?;
        Ok(())
    }
}

fn push_digit(typed: &mut String, digit: u8) {
    match typed.as_str() {
        "0" => typed.clear(),
        "-0" => drop(typed.pop()),
        _ => {}
    }
    if typed.chars().filter(char::is_ascii_digit).count() < MAX_TYPED {
        typed.push(char::from(b'0' + digit));
    }
}

fn push_point(typed: &mut String) {
    if !typed.contains('.') {
        typed.push('.');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Presses keys by the characters on them.
    fn after(keys: &str) -> Machine {
        let mut machine = Machine::default();
        keys.chars()
            .filter_map(super::super::input_of)
            .for_each(|input| machine.press(input));
        machine
    }

    fn shows(keys: &str) -> String {
        after(keys).display()
    }

    #[test]
    fn it_works_from_left_to_right() {
        assert_eq!(shows("12+30="), "42");
        assert_eq!(shows("2+3*4="), "20");
        assert_eq!(shows("10/4-1.5="), "1");
        assert_eq!(
            shows("2+3*"),
            "5",
            "the next operator works out the one before"
        );
    }

    #[test]
    fn typing_shows_what_was_typed() {
        assert_eq!(shows("1.50"), "1.50");
        assert_eq!(shows("..5"), "0.5");
        assert_eq!(shows("007"), "7");
        assert_eq!(
            shows("123456789012345678"),
            "12345678901234",
            "there is room for 14 digits"
        );
    }

    #[test]
    fn equals_again_does_it_again() {
        assert_eq!(shows("2*3==="), "54");
        assert_eq!(shows("100-1=="), "98");
        assert_eq!(shows("2*3=5="), "15", "with another first number");
        assert_eq!(shows("7="), "7");
    }

    #[test]
    fn another_operator_replaces_the_one_before() {
        assert_eq!(shows("6+*2="), "12");
        assert_eq!(
            shows("5*="),
            "25",
            "without a second number it is the first"
        );
    }

    #[test]
    fn percent_is_of_the_first_number_in_sums_and_a_hundredth_otherwise() {
        assert_eq!(shows("200+10%="), "220");
        assert_eq!(shows("200-10%="), "180");
        assert_eq!(shows("200*10%="), "20");
        assert_eq!(shows("50%"), "0.5");
    }

    #[test]
    fn the_sign_changes_what_is_shown() {
        assert_eq!(shows("5n"), "-5");
        assert_eq!(shows("5nn"), "5");
        assert_eq!(shows("2+3=n"), "-5");
        assert_eq!(shows("3*2n="), "-6");
    }

    #[test]
    fn back_takes_back_digits_but_no_result() {
        assert_eq!(shows("123<"), "12");
        assert_eq!(shows("1<<"), "0");
        assert_eq!(shows("2*4=<"), "8");
    }

    #[test]
    fn a_problem_is_shown_until_the_next_key() {
        assert_eq!(shows("1/0="), "Cannot divide by zero");
        assert!(after("1/0=").has_problem());
        assert_eq!(shows("1/0=7"), "7");
        assert_eq!(shows("1/0=c"), "0");
    }

    #[test]
    fn the_story_tells_what_led_there() {
        assert_eq!(after("12+30").story(), "12 +");
        assert_eq!(after("12+30=").story(), "12 + 30 =");
        assert_eq!(after("12+30=5").story(), "", "something new has begun");
    }
}
