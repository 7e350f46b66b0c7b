//! When an invariant breaks: the program ends at once with exit code 3, and says how to see it again.
//!
//! Live actors run on threads of their own, and the others would wait for one that died. So it is the panic
//! itself, on whatever thread, that ends the program.

use super::output;
use std::panic;
use std::process;

/// Exit code of a broken invariant.
const BROKEN: i32 = 3;

/// From now on, a panic ends the program and names `command`.
pub(super) fn end_on_panic(command: &str) {
    let command = command.to_owned();
    let said = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        said(panicked);
        output::complain(&text(&command));
        process::exit(BROKEN);
    }));
}

fn text(command: &str) -> String {
    format!("error: an invariant broke: this is a bug of jqlab. To reproduce: {command}")
}
