//! What a knob is, and the macro that makes the design and its table of one list.

use crate::units::Span;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A knob of a design `D`, as a scenario sees it.
#[derive(Debug)]
pub struct Knob<D> {
    /// How it is called.
    pub key: &'static str,
    /// What it is, a line of text each.
    pub(super) about: &'static [&'static str],
    /// The version that first had it.
    pub since: &'static str,
    /// Whether it shows in a job's file before the job has ended, and not only in what that costs.
    pub shows_in_files: bool,
    /// What it may be.
    pub values: Values<D>,
}

/// What a knob may be, and the field of the design that it sets.
#[derive(Debug)]
pub enum Values<D> {
    /// One of a few words; the first is the default.
    Words(Words<D>),
    /// A whole number in this range.
    Count(RangeInclusive<u32>, fn(&mut D) -> &mut u32),
    /// A whole number from 1.
    Limit(fn(&mut D) -> &mut u64),
    /// True or false.
    Truth(fn(&mut D) -> &mut bool),
    /// A duration in this range.
    Duration(RangeInclusive<Span>, fn(&mut D) -> &mut Span),
    /// A list of durations in this range, at least one.
    Durations(RangeInclusive<Span>, fn(&mut D) -> &mut Arc<[Span]>),
    /// Whether the threads share an interpreter lock. A scenario's machine has it, no field of the design.
    InterpreterLock,
}

/// The words of a knob, by place; the first is the default.
#[derive(Debug)]
pub struct Words<D> {
    /// What there is.
    pub known: &'static [Word],
    /// What design documents speak of and later versions will have.
    pub later: &'static [&'static str],
    pub(super) choose: fn(&mut D, usize),
    pub(super) chosen: fn(&D) -> usize,
}

/// One word that a knob may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub word: &'static str,
    /// What it means, a line of text each.
    pub(super) about: &'static [&'static str],
    /// What it makes no sense without.
    pub needs: Option<Needs>,
}

/// That another knob has a certain word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The other knob.
    pub key: &'static str,
    /// The word that the other knob must have.
    pub word: &'static str,
}

/// A type with a word for each value.
pub trait Worded: Copy + PartialEq + Sized + 'static {
    /// Every value, the default first.
    const ALL: &'static [Self];
    /// Their words, in the same order.
    const WORDS: &'static [Word];

    /// The place of a value among [`Self::ALL`].
    fn place(self) -> usize {
        Self::ALL.iter().position(|value| *value == self).unwrap_or(0)
    }
}

impl<D> Knob<D> {
    /// What it is, in a sentence or a few.
    #[must_use]
    pub fn about(&self) -> String {
        sentences(self.about)
    }

    /// Its words, if it has words.
    #[must_use]
    pub const fn words(&self) -> Option<&Words<D>> {
        match &self.values {
            Values::Words(words) => Some(words),
            _ => None,
        }
    }
}

impl Word {
    /// A word that needs no other.
    pub(super) const fn plain(word: &'static str, about: &'static [&'static str]) -> Self {
        Self { word, about, needs: None }
    }

    /// What it means, in a sentence or a few.
    #[must_use]
    pub fn about(&self) -> String {
        sentences(self.about)
    }
}

/// The lines of a doc comment as running text.
fn sentences(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

impl<D> Words<D> {
    /// Sets the knob to the word at `place`.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn choose(&self, design: &mut D, place: usize) {
        (self.choose)(design, place);
    }

    /// The place of a word, if there is such a one.
    #[must_use]
    pub fn place(&self, word: &str) -> Option<usize> {
        self.known.iter().position(|known| known.word == word)
    }

    /// The word that the knob is set to.
    #[must_use]
    pub fn chosen(&self, design: &D) -> Word {
        self.known[(self.chosen)(design)]
    }
}

/// Makes of one list the struct `Design`, its default, the enums of its knobs with words, and the table `KNOBS`.
///
/// An entry is the knob's doc comment, the version that first had it, and either `key: Type = default, Values;` or
/// `key: enum Type { Variant = "word", … };`, the default first. `#[later("word")]` names words of later versions,
/// `#[shows_in_files(true)]` says that files of jobs on their way differ, and `#[needs(key = "word")]` before a variant
/// names what it makes no sense without. After `fields` come fields that are no
/// knobs, and after `elsewhere` knobs that are no fields.
macro_rules! design {
    (
        $(
            $(#[doc = $about:literal])+
            #[since($since:literal)]
            $(#[later($($later:literal),+)])?
            $(#[shows_in_files($shows:literal)])?
            $key:ident: $($type:ty = $default:expr, $kind:ident $(($range:expr))?)? $(enum $name:ident {
                $(
                    $(#[doc = $meaning:literal])+
                    $(#[needs($other:ident = $needed:literal)])?
                    $variant:ident = $word:literal,
                )+
            })?;
        )+
        fields
        $( $(#[doc = $field_about:literal])+ $field:ident: $field_type:ty = $field_default:expr; )*
        elsewhere
        $( $(#[doc = $else_about:literal])+ #[since($else_since:literal)] $else_key:ident: $else_values:expr; )*
    ) => {
        $( design!(@enum [$($about),+] $($name {
            $( [$($meaning),+] $variant = $word $(, $other = $needed)?; )+
        })?); )+

        /// One design of the queue. The defaults are the design document's.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct Design {
            $( $(#[doc = $about])+ pub $key: $($type)? $($name)?, )+
            $( $(#[doc = $field_about])+ pub $field: $field_type, )*
        }

        impl Default for Design {
            fn default() -> Self {
                Self {
                    $( $key: $($default)? $(<$name as Worded>::ALL[0])?, )+
                    $( $field: $field_default, )*
                }
            }
        }

        /// Every knob there is, in the order in which the documentation shows them.
        pub const KNOBS: &[Knob<Design>] = &[
            $( Knob {
                key: stringify!($key),
                about: &[$($about),+],
                since: $since,
                shows_in_files: false $(|| $shows)?,
                values: design!(@values $key [$($($later),+)?] $($type, $kind $(($range))?)? $($name)?),
            }, )+
            $( Knob {
                key: stringify!($else_key),
                about: &[$($else_about),+],
                since: $else_since,
                shows_in_files: false,
                values: $else_values,
            }, )*
        ];
    };
    // The knob has no words of its own.
    (@enum [$($about:literal),+]) => {};
    (@enum [$($about:literal),+] $name:ident {
        $( [$($meaning:literal),+] $variant:ident = $word:literal $(, $other:ident = $needed:literal)?; )+
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[doc = $meaning])+ $variant, )+
        }

        impl Worded for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const WORDS: &'static [Word] = &[$(design!(@word $word [$($meaning),+] $($other $needed)?)),+];
        }
    };
    (@word $word:literal $meaning:tt) => { Word { word: $word, about: &$meaning, needs: None } };
    (@word $word:literal $meaning:tt $other:ident $needed:literal) => {
        Word { word: $word, about: &$meaning, needs: Some(Needs { key: stringify!($other), word: $needed }) }
    };
    (@values $key:ident [$($later:literal),*] $type:ty) => {
        Values::Words(Words {
            known: <$type as Worded>::WORDS,
            later: &[$($later),*],
            choose: |design, place| design.$key = <$type as Worded>::ALL[place],
            chosen: |design| design.$key.place(),
        })
    };
    (@values $key:ident $later:tt $type:ty, Words) => { design!(@values $key $later $type) };
    (@values $key:ident $later:tt $type:ty, $kind:ident) => { Values::$kind(|design| &mut design.$key) };
    (@values $key:ident $later:tt $type:ty, $kind:ident($range:expr)) => {
        Values::$kind($range, |design| &mut design.$key)
    };
}
pub(super) use design;
