//! Mutated input: files that the program reads, damaged at random and always in the same ways. None makes it panic, and
//! what is accepted keeps its promises.
//!
//! One file here for each kind of input. A new kind is a module with a test that calls [`mutator::each`].

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // what is damaged is read from files
#![allow(clippy::unwrap_used, clippy::print_stderr)] // tests, which say what they fail at

mod mutator;
mod profiles;
mod scenarios;
