//! Job files as bytes: one JSON document and a newline, in both directions. No file is touched here.
//!
//! Reading comes in the two steps that the modelled system pays for, so that each can be timed:
//! [`parse`] makes a tree of values of the bytes, [`build`] makes a [`Job`](super::Job) of the tree.
//! [`status_only`] is the short cut that a design may take instead.
//!
//! What always holds: a job that was encoded reads back as the same job, with either codec; keys inside an
//! opcode's `input` survive whatever they are, unknown keys of the job or of an opcode are dropped; bytes that
//! are no job file give an error that names the field, or the place where the JSON breaks, and never a panic.

mod ascii;
mod decode;
mod encode;
mod error;
mod ops_order;
mod size;
mod status_only;

pub use decode::{build, decode, parse};
pub use encode::{Codec, encode, encode_into};
pub use error::FormatError;
pub use ops_order::check_order;
pub use size::{Measured, measure};
pub use status_only::status_only;

/// The largest job file that is read, in bytes. The largest that the modelled queue was seen to write had
/// 1 MB; the limit is what bounds the memory that a broken or hostile file can take.
pub const MAX_BYTES: usize = 32 << 20;

/// The most values that a tree is made of. A short value takes forty times its bytes in memory, so that the
/// length of a file alone would not bound what it costs to read: at this limit, it is about 200 MB.
pub const VALUES_MAX: usize = 2_000_000;
