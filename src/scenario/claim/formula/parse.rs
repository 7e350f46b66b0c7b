//! From text to formula, by recursive descent:
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = factor { ("*" | "/") factor }
//! factor  = number [unit] | name | "(" sum ")"
//! ```

use super::{Named, NoFormula, Operator, Term};
use crate::scenario::claim::Unit;
use crate::written::suggest;
use std::ops::Range;

/// The longest formula, in bytes, which bounds how deep it goes.
const LENGTH_MAX: usize = 400;
const FACTOR: &str = "a number, a name or `(`";

/// A term and what it is counted in.
type Measured = (Term, Unit);

/// The formula that `text` is.
pub(super) fn formula(text: &str) -> Result<Measured, NoFormula> {
    if text.len() > LENGTH_MAX {
        let found = format!("a formula of {} bytes", text.len());
        return Err(NoFormula { at: 0..text.len(), found, expected: format!("at most {LENGTH_MAX}") });
    }
    let mut reader = Reader { text, at: 0 };
    let read = reader.sum()?;
    match reader.peek() {
        None => Ok(read),
        Some(_) => Err(reader.unexpected("`+`, `-`, `*`, `/` or the end")),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn sum(&mut self) -> Result<Measured, NoFormula> {
        self.chain(&[('+', Operator::Plus), ('-', Operator::Minus)], Self::product)
    }

    fn product(&mut self) -> Result<Measured, NoFormula> {
        self.chain(&[('*', Operator::Times), ('/', Operator::Over)], Self::factor)
    }

    /// Parts with operators of the same rank between them, taken from the left.
    fn chain(
        &mut self,
        operators: &[(char, Operator)],
        part: fn(&mut Self) -> Result<Measured, NoFormula>,
    ) -> Result<Measured, NoFormula> {
        let (mut term, mut unit) = part(self)?;
        while let Some(sign) = self.peek()
            && let Some((_, operator)) = operators.iter().find(|(known, _)| *known == sign)
        {
            let place = self.at..self.at + 1;
            self.at += 1;
            let (other, other_unit) = part(self)?;
            unit = unit_of(unit, *operator, other_unit, sign, place)?;
            term = Term::Both(Box::new(term), *operator, Box::new(other));
        }
        Ok((term, unit))
    }

    fn factor(&mut self) -> Result<Measured, NoFormula> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                if self.peek() != Some(')') {
                    return Err(self.unexpected("`)`"));
                }
                self.at += 1;
                Ok(inner)
            }
            Some(digit) if digit.is_ascii_digit() => self.number(),
            Some(letter) if letter.is_alphabetic() => self.name(),
            _ => Err(self.unexpected(FACTOR)),
        }
    }

    fn name(&mut self) -> Result<Measured, NoFormula> {
        let place = self.take(char::is_alphabetic);
        let word = &self.text[place.clone()];
        match Named::ALL.iter().find(|(name, _)| *name == word) {
            Some((_, named)) => Ok((Term::Named(*named), Unit::Number)),
            None => {
                let names = Named::ALL.map(|(name, _)| name);
                let expected = format!("a name that there is: {}", suggest(word, &names));
                Err(NoFormula { at: place, found: format!("`{word}`"), expected })
            }
        }
    }

    /// A number, and the unit that follows it at once.
    fn number(&mut self) -> Result<Measured, NoFormula> {
        let start = self.at;
        self.take(|letter| letter.is_ascii_digit() || letter == '.');
        let digits = self.at;
        if self.text[self.at..].starts_with('%') {
            self.at += 1;
        } else {
            let slash = usize::from(self.text[self.at..].starts_with('/'));
            self.at += slash;
            let word = self.take(char::is_alphabetic);
            if slash == 1 && !["s", "min", "h"].contains(&&self.text[word]) {
                // It is divided by something.
                self.at = digits;
            }
        }
        let place = start..self.at;
        let text = &self.text[place.clone()];
        let is_plain = digits == self.at;
        let units = [Unit::Time, Unit::Rate, Unit::Bytes, Unit::Share];
        let candidates = if is_plain { [Unit::Number].as_slice() } else { units.as_slice() };
        let found = candidates.iter().find_map(|unit| Some((unit.read(text).ok()?, *unit)));
        // A share is a number.
        let term =
            found.map(|(value, unit)| (Term::Number(value), if unit == Unit::Share { Unit::Number } else { unit }));
        term.ok_or_else(|| {
            let expected = if is_plain { "a number" } else { "one of the units of times, rates, sizes and shares" };
            NoFormula { at: place, found: format!("`{text}`"), expected: expected.to_owned() }
        })
    }

    /// The next letter that is no blank.
    fn peek(&mut self) -> Option<char> {
        self.take(char::is_whitespace);
        self.text[self.at..].chars().next()
    }

    /// Goes on while the letters are such; gives where they stand.
    fn take(&mut self, is_such: impl Fn(char) -> bool) -> Range<usize> {
        let rest = &self.text[self.at..];
        let length = rest.find(|letter| !is_such(letter)).unwrap_or(rest.len());
        self.at += length;
        self.at - length..self.at
    }

    fn unexpected(&mut self, expected: &str) -> NoFormula {
        let next = self.peek();
        let word =
            self.text[self.at..].find(|letter: char| !letter.is_alphanumeric()).unwrap_or(self.text.len() - self.at);
        let length = word.max(next.map_or(0, char::len_utf8));
        let at = self.at..self.at + length;
        let found = if at.is_empty() { "its end".to_owned() } else { format!("`{}`", &self.text[at.clone()]) };
        NoFormula { at, found, expected: expected.to_owned() }
    }
}

/// What a sum or a product is counted in.
fn unit_of(one: Unit, operator: Operator, other: Unit, sign: char, at: Range<usize>) -> Result<Unit, NoFormula> {
    let expected = match operator {
        Operator::Plus | Operator::Minus if one == other => return Ok(one),
        Operator::Times | Operator::Over if other == Unit::Number => return Ok(one),
        Operator::Times if one == Unit::Number => return Ok(other),
        Operator::Over if one == other => return Ok(Unit::Number),
        Operator::Plus | Operator::Minus => "the same unit on both sides",
        Operator::Times => "at most one factor with a unit",
        Operator::Over => "to divide by something of the same unit, or without a unit",
    };
    let found = format!("`{sign}` between a {} and a {}", one.name(), other.name());
    Err(NoFormula { at, found, expected: expected.to_owned() })
}
