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

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Set for the process that panics.
    const PANICS: &str = "JQLAB_TEST_PANICS";

    #[test]
    fn a_panic_on_any_thread_ends_the_program_with_exit_code_3_and_names_the_command() {
        if std::env::var_os(PANICS).is_some() {
            end_on_panic("jqlab run x.toml");
            let _ = std::thread::spawn(|| panic!("a bug")).join();
            unreachable!("the program ended with the thread");
        }
        let this = "cli::bug::tests::a_panic_on_any_thread_ends_the_program_with_exit_code_3_and_names_the_command";
        let mut again = Command::new(std::env::current_exe().unwrap());
        let output = again.args(["--exact", this, "--nocapture"]).env(PANICS, "1").output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(BROKEN), "{complaint}");
        assert!(complaint.contains("a bug") && complaint.contains("To reproduce: jqlab run x.toml"), "{complaint}");
    }
}
