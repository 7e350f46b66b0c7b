//! The status of a job without the job: what a design can read that needs no more.

use super::decode::{OPCODE, OPCODES, STATUS};
use super::error::{FormatError, without_place};
use crate::job::Status;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::error::Category;
use std::fmt;

/// The status of the job in `bytes`, by looking at `ops[].status` alone; everything else is skipped, not kept.
/// Where [`super::decode`] reads a job, this reads its status.
///
/// # Errors
/// If the bytes are not one JSON document, or have no list of at least one opcode with statuses. Flaws
/// elsewhere, which [`super::decode`] would find, are not seen.
pub fn status_only(bytes: &[u8]) -> Result<Status, FormatError> {
    if bytes.len() > super::MAX_BYTES {
        return Err(FormatError::TooLong { bytes: bytes.len(), limit: super::MAX_BYTES });
    }
    let mut seen = Seen::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = JobStatus(&mut seen).deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) if seen.statuses.is_empty() => Err(FormatError::at("ops", OPCODES, "nothing: the field is missing")),
        Ok(()) => Ok(Status::of_job(seen.statuses)),
        Err(error) if error.classify() == Category::Data => Err(seen.wrong_field(&error)),
        Err(error) => Err(FormatError::from_json(bytes, &error)),
    }
}

/// What was read so far, and where the reader stands, for errors.
#[derive(Default)]
struct Seen {
    statuses: Vec<Status>,
    place: Place,
}

#[derive(Default, Clone, Copy)]
enum Place {
    #[default]
    Document,
    Opcodes,
    Opcode(usize),
    Status(usize),
}

impl Seen {
    /// Turns the JSON reader's complaint about a type into one that names the field.
    fn wrong_field(&self, error: &serde_json::Error) -> FormatError {
        let (path, expected) = match self.place {
            Place::Document => ("the document".to_owned(), "an object with `id` and `ops`"),
            Place::Opcodes => ("ops".to_owned(), OPCODES),
            Place::Opcode(index) => (format!("ops[{index}]"), OPCODE),
            Place::Status(index) => (format!("ops[{index}].status"), STATUS),
        };
        let text = without_place(error);
        let found = text.rsplit_once(", expected ").map_or(text.as_str(), |(found, _)| found);
        let found = found.split_once(": ").map_or(found, |(_, found)| found);
        FormatError::at(path, expected, if found.len() <= 60 { found } else { "something else" })
    }
}

/// The whole document: only `ops` counts, the last one if there are several, as everywhere in JSON.
struct JobStatus<'a>(&'a mut Seen);

/// The list of opcodes.
struct OpcodeStatuses<'a>(&'a mut Seen);

/// One opcode, by index: only `status` counts.
struct OpcodeStatus<'a>(&'a mut Seen, usize);

/// The value of `status`.
struct StatusWord;

/// Whether a key is the one that counts.
struct IsKey(&'static str);

/// A seed that reads a value of the kind named, by being its own visitor.
macro_rules! seed {
    ($seed:ty, $value:ty, $method:ident) => {
        impl<'de> DeserializeSeed<'de> for $seed {
            type Value = $value;
            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.$method(self)
            }
        }
    };
}
seed!(JobStatus<'_>, (), deserialize_map);
seed!(OpcodeStatuses<'_>, (), deserialize_seq);
seed!(OpcodeStatus<'_>, (), deserialize_map);
seed!(StatusWord, Status, deserialize_str);
seed!(IsKey, bool, deserialize_str);

impl<'de> Visitor<'de> for JobStatus<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a job")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(counts) = map.next_key_seed(IsKey("ops"))? {
            if counts {
                self.0.place = Place::Opcodes;
                map.next_value_seed(OpcodeStatuses(self.0))?;
                self.0.place = Place::Document;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for OpcodeStatuses<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("opcodes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.statuses.clear();
        for index in 0.. {
            self.0.place = Place::Opcode(index);
            if items.next_element_seed(OpcodeStatus(self.0, index))?.is_none() {
                break;
            }
        }
        self.0.place = Place::Opcodes;
        if self.0.statuses.is_empty() {
            return Err(A::Error::invalid_length(0, &"one"));
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for OpcodeStatus<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an opcode")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(seen, index) = self;
        let mut status = None;
        while let Some(counts) = map.next_key_seed(IsKey("status"))? {
            if counts {
                seen.place = Place::Status(index);
                status = Some(map.next_value_seed(StatusWord)?);
                seen.place = Place::Opcode(index);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        seen.place = Place::Status(index);
        let status = status.ok_or_else(|| A::Error::custom("found: nothing: the field is missing"))?;
        seen.statuses.push(status);
        Ok(())
    }
}

impl Visitor<'_> for StatusWord {
    type Value = Status;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Status, E> {
        Status::from_word(word).ok_or_else(|| E::invalid_value(Unexpected::Str(word), &self))
    }
}

impl Visitor<'_> for IsKey {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}
