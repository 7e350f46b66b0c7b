//! A text as written: tables and values that know their place in the text, and are asked what they should be.
//!
//! Every question gives the answer or a [`Problem`] that points at the value. Keys come in the order of the file.

use super::error::Problem;
use super::quantity;
use crate::printable::is_printable;
use crate::units::Span;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest name that the nearest one is sought of, in characters.
const NAME_MAX: usize = 100;

/// What is wrong, gathered so that several problems are told at once.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

/// A value and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'t> {
    written: &'t Spanned<DeValue<'t>>,
    text: &'t str,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Item<'t> {
    /// The key.
    pub(crate) key: &'t str,
    /// Where it stands.
    pub(crate) key_span: Range<usize>,
    /// Its value.
    pub(crate) value: Value<'t>,
}

/// A table: its keys in the order of the file.
#[derive(Debug, Clone)]
pub(crate) struct Table<'t> {
    /// Where it stands.
    pub(crate) span: Range<usize>,
    /// What it holds.
    pub(crate) items: Vec<Item<'t>>,
}

impl Problems {
    /// Puts what was read where it belongs, or notes what is wrong with it.
    pub(crate) fn store<T>(&mut self, place: &mut T, read: Result<T, Problem>) {
        if let Some(value) = self.take(read) {
            *place = value;
        }
    }

    /// What was read, if nothing is wrong with it.
    pub(crate) fn take<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.push(problem);
                None
            }
        }
    }

    /// Notes a problem.
    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }
}

impl<'t> Table<'t> {
    /// The whole of a file.
    pub(crate) fn of_file(table: &'t Spanned<DeTable<'t>>, text: &'t str) -> Self {
        Self::new(table.get_ref(), table.span(), text)
    }

    fn new(table: &'t DeTable<'t>, span: Range<usize>, text: &'t str) -> Self {
        let mut items: Vec<Item<'t>> = table
            .iter()
            .map(|(key, written)| Item { key: key.get_ref(), key_span: key.span(), value: Value { written, text } })
            .collect();
        items.sort_by_key(|item| item.key_span.start);
        Self { span, items }
    }

    /// The item with this key.
    pub(crate) fn get(&self, key: &str) -> Option<&Item<'t>> {
        self.items.iter().find(|item| item.key == key)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &str, what: &str) -> Result<Value<'t>, Problem> {
        let missing = || {
            Problem::new(self.head(), format!("`{key}` is missing"), format!("expected `{key}`: {what}"))
                .with_help(format!("add `{key} = …`"))
        };
        self.get(key).map(|item| item.value).ok_or_else(missing)
    }

    /// Its first bytes, which stand for the whole in messages.
    pub(crate) fn head(&self) -> Range<usize> {
        self.items.first().map_or_else(|| self.span.clone(), |item| item.key_span.clone())
    }

    /// Refuses keys that are not among `known`.
    pub(crate) fn refuse_unknown(&self, known: &[&str], what: &str, problems: &mut Problems) {
        for item in self.items.iter().filter(|item| !known.contains(&item.key)) {
            problems.push(item.unknown(known.iter().copied(), what));
        }
    }
}

impl<'t> Item<'t> {
    /// A table of this item alone.
    pub(crate) fn alone(&self) -> Table<'t> {
        Table { span: self.key_span.clone(), items: vec![self.clone()] }
    }

    /// The problem that nobody knows this key.
    pub(crate) fn unknown<'k>(&self, known: impl IntoIterator<Item = &'k str>, what: &str) -> Problem {
        let known: Vec<&str> = known.into_iter().collect();
        let expected = format!("expected {what}");
        Problem::new(self.key_span.clone(), format!("unknown key `{}`", self.key), expected)
            .with_help(suggest(self.key, &known))
    }
}

impl<'t> Value<'t> {
    /// Where it stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.written.span()
    }

    /// Where a part of it stands, if it is a text that stands in the file letter by letter; else where all of it does.
    pub(crate) fn place_of(&self, part: Range<usize>) -> Range<usize> {
        let whole = self.span();
        let inside = whole.start + 1..whole.end.max(whole.start + 2) - 1;
        match self.as_text() {
            Some(text)
                if part != (0..text.len()) && part.end <= text.len() && self.text.get(inside.clone()) == Some(text) =>
            {
                inside.start + part.start..inside.start + part.end
            }
            _ => whole,
        }
    }

    /// As it is written, on one line, without the quotes of a plain string.
    pub(crate) fn source(&self) -> String {
        match self.written.get_ref() {
            DeValue::String(text) => text.to_string(),
            _ => self.text.get(self.span()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// What it is, for messages.
    fn described(&self) -> String {
        match self.written.get_ref() {
            DeValue::String(text) if text.chars().count() <= 40 => format!("the text \"{text}\""),
            DeValue::String(_) => "a long text".to_owned(),
            DeValue::Integer(number) => format!("the number {number}"),
            DeValue::Float(number) => format!("the number {number}"),
            DeValue::Boolean(truth) => format!("{truth}"),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    /// The problem that it is not `expected`.
    pub(crate) fn is_not(&self, expected: &str) -> Problem {
        Problem::new(self.span(), format!("found {}", self.described()), format!("expected {expected}"))
    }

    /// It as a string, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'t str> {
        match self.written.get_ref() {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// True if it is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.written.get_ref().is_table()
    }

    /// A text that is not empty and steers no terminal. It may have lines.
    pub(crate) fn text(&self, what: &str) -> Result<&'t str, Problem> {
        let text = self.as_text().filter(|text| !text.trim().is_empty()).ok_or_else(|| self.is_not(what))?;
        self.without(text, |character| !is_printable(character) && !['\n', '\t'].contains(&character), what)
    }

    /// A text on one line, such as a title.
    pub(crate) fn line(&self, what: &str) -> Result<&'t str, Problem> {
        let text = self.text(what)?;
        self.without(text, |character| !is_printable(character), what)
    }

    /// A name: a line that does not look like another one.
    pub(crate) fn name(&self, what: &str) -> Result<&'t str, Problem> {
        let name = self.line(what)?;
        if name.trim() == name && !name.contains("  ") {
            return Ok(name);
        }
        let help = "blanks before, behind and next to each other cannot be seen: leave them out";
        Err(self.is_not(what).with_help(help))
    }

    fn without(&self, text: &'t str, is_refused: impl Fn(char) -> bool, what: &str) -> Result<&'t str, Problem> {
        match text.chars().find(|character| is_refused(*character)) {
            None => Ok(text),
            Some(character) => {
                let help = format!("leave out the control character {}", character.escape_debug());
                Err(self.is_not(what).with_help(help))
            }
        }
    }

    /// A whole number within `range`.
    pub(crate) fn integer(&self, range: RangeInclusive<i64>) -> Result<i64, Problem> {
        let what = format!("a whole number from {} to {}", range.start(), range.end());
        let DeValue::Integer(number) = self.written.get_ref() else { return Err(self.is_not(&what)) };
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
        number.filter(|number| range.contains(number)).ok_or_else(|| self.is_not(&what))
    }

    /// A count within `range`.
    pub(crate) fn count(&self, range: RangeInclusive<u32>) -> Result<u32, Problem> {
        let number = self.integer(i64::from(*range.start())..=i64::from(*range.end()))?;
        u32::try_from(number).map_err(|_| self.is_not("a whole number"))
    }

    /// A number within `range`.
    pub(crate) fn number(&self, range: RangeInclusive<f64>) -> Result<f64, Problem> {
        let what = format!("a number from {} to {}", range.start(), range.end());
        let number = match self.written.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<f64>().ok(),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        number.filter(|number| range.contains(number)).ok_or_else(|| self.is_not(&what))
    }

    /// True or false.
    pub(crate) fn truth(&self) -> Result<bool, Problem> {
        self.written.get_ref().as_bool().ok_or_else(|| self.is_not("true or false"))
    }

    /// A length of time with its unit, within `range`.
    pub(crate) fn duration(&self, range: RangeInclusive<Span>) -> Result<Span, Problem> {
        let span = self.quantity("a duration", "ms", "\"250ms\"", quantity::duration)?;
        if range.contains(&span) {
            return Ok(span);
        }
        Err(self.is_not(&format!("a duration from {} to {}", range.start(), range.end())))
    }

    /// A size with its unit, in bytes, of at most `max`.
    pub(crate) fn size(&self, max: u32) -> Result<u32, Problem> {
        let bytes = self.quantity("a size", "KiB", "\"10KiB\"", quantity::size)?;
        let size = u32::try_from(bytes).ok().filter(|size| *size <= max);
        size.ok_or_else(|| self.is_not(&format!("a size of at most {} KiB", max >> 10)))
    }

    /// A large size with its unit, in bytes.
    pub(crate) fn large_size(&self) -> Result<u64, Problem> {
        self.quantity("a size", "GiB", "\"8GiB\"", quantity::size)
    }

    /// A rate with its unit, in events per second.
    pub(crate) fn rate(&self) -> Result<f64, Problem> {
        let rate = self.quantity("a rate", "/s", "\"400/s\"", quantity::rate)?;
        if (1e-4..=1e7).contains(&rate) {
            return Ok(rate);
        }
        Err(self.is_not("a rate between \"0.0001/s\" and \"10000000/s\""))
    }

    fn quantity<T>(
        &self,
        what: &str,
        unit: &str,
        example: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Problem> {
        let expected = format!("{what} with its unit, such as {example}");
        match self.written.get_ref() {
            DeValue::String(text) => read(text).map_err(|help| self.is_not(&expected).with_help(help)),
            DeValue::Integer(_) | DeValue::Float(_) => {
                let bare = self.source();
                let found = format!("{} has no unit", self.described());
                Err(Problem::new(self.span(), found, format!("expected {expected}"))
                    .with_help(format!("{what} is written with its unit, in quotes: \"{bare}{unit}\"")))
            }
            _ => Err(self.is_not(&expected)),
        }
    }

    /// One of `words`, by name.
    pub(crate) fn word<T: Copy>(&self, what: &str, words: &[(&str, T)]) -> Result<T, Problem> {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let expected = format!("{what}: {}", list(&known));
        let text = self.as_text().ok_or_else(|| self.is_not(&expected))?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let problem = self.is_not(&expected);
            match nearest(text, &known) {
                Some(name) => problem.with_help(format!("did you mean \"{name}\"?")),
                None => problem,
            }
        })
    }

    /// A table.
    pub(crate) fn table(&self, what: &str) -> Result<Table<'t>, Problem> {
        match self.written.get_ref() {
            DeValue::Table(table) => Ok(Table::new(table, self.span(), self.text)),
            _ => Err(self.is_not(what)),
        }
    }

    /// A list of at most `max` values.
    pub(crate) fn list(&self, what: &str, max: usize) -> Result<Vec<Self>, Problem> {
        let DeValue::Array(array) = self.written.get_ref() else { return Err(self.is_not(what)) };
        if array.len() > max {
            let found = format!("found {} entries", array.len());
            return Err(Problem::new(self.span(), found, format!("expected at most {max}")));
        }
        Ok(array.iter().map(|written| Self { written, text: self.text }).collect())
    }
}

/// The nearest valid name, or all of them.
pub(crate) fn suggest(found: &str, known: &[&str]) -> String {
    match nearest(found, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("there are {}", list(&known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())),
    }
}

/// The nearest valid name, if it is near enough for a slip of the fingers.
fn nearest<'k>(found: &str, known: &[&'k str]) -> Option<&'k str> {
    // No slip of the fingers is that long, and the distance takes its length squared.
    if found.chars().count() > NAME_MAX {
        return None;
    }
    let distances = known.iter().map(|name| (strsim::damerau_levenshtein(found, name), *name));
    let (distance, name) = distances.min()?;
    // Short words are near to everything: at least half of the letters must be right.
    let slips = 2.max(name.chars().count() / 3).min(name.chars().count() / 2);
    (distance <= slips).then_some(name)
}

/// `a, b or c`.
pub(crate) fn list(words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
