//! Mutated profiles.

use crate::mutator;
use jqlab::printable::is_printable;
use jqlab::profile;
use std::cell::Cell;

#[test]
fn a_mutated_profile_is_refused_with_its_mistakes_or_written_and_read_as_it_is() {
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    mutator::each(&mutator::files("src/profile/shipped", "toml"), 1_500, |bytes| {
        match profile::read_bytes("m", bytes) {
            Ok(read) => {
                accepted.set(accepted.get() + 1);
                assert!(read.cores >= 1 && !read.time_slice.is_zero() && read.disk.queue_depth >= 1);
                assert!(read.title.chars().all(is_printable));
                let text = profile::write(&read);
                assert_eq!(profile::read("m", &text).as_ref(), Ok(&read), "{text}");
            }
            Err(errors) => {
                refused.set(refused.get() + 1);
                assert!(!errors.problems.is_empty() && !errors.render(true).is_empty());
            }
        }
    });
    assert!(accepted.get() > 100 && refused.get() > 100, "{accepted:?} {refused:?}");
}
