//! Profiles as text: what a machine costs, by the name of a shipped one or in a file of one's own.
//!
//! [`find`] gives a profile by its name or from its file, [`read`] makes one of TOML text, [`write()`] writes one
//! down. `docs/profiles.md` describes the language.
//!
//! What always holds: what was written is read as it was; a text with a mistake is refused with its place; a shipped
//! profile says where its figures come from.

mod cost;
pub mod costs;
mod place;
mod read;
mod shipped;
mod write;

pub use crate::written::TextErrors;
pub use place::CostPlace;
pub use read::{read, read_bytes};
pub(crate) use read::{switch_interval, unlimited_count};
pub use shipped::{DEFAULT, find, names, shipped};
pub use write::write;
