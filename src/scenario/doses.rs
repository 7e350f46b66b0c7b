//! Classes of jobs that differ only in how many dependencies a job has: doses, whose effect is a slope.

use super::plan::{Class, Depends, Shape};

/// For each class the dependencies of each of its jobs, if there are classes with other numbers that differ in nothing
/// else but name and share. Of several such families, the one with the most doses; a class outside of it has none.
#[must_use]
pub fn doses(classes: &[Class]) -> Vec<Option<u32>> {
    let family_of = |member: &Class| -> Vec<Option<u32>> {
        classes.iter().map(|class| dose(class).filter(|_| differ_in_dose_alone(member, class))).collect()
    };
    let different = |family: &Vec<Option<u32>>| {
        let mut doses: Vec<u32> = family.iter().flatten().copied().collect();
        doses.sort_unstable();
        doses.dedup();
        doses.len()
    };
    let families = classes.iter().filter(|class| dose(class).is_some_and(|dose| dose > 0)).map(family_of);
    // The first of those that are as large.
    let largest = families.rev().max_by_key(different).filter(|family| different(family) > 1);
    largest.unwrap_or_else(|| vec![None; classes.len()])
}

/// Dependencies of each job of a class; none where they depend on its place in a group.
fn dose(class: &Class) -> Option<u32> {
    match class.depends.shape {
        Shape::None => Some(0),
        Shape::Previous { count } | Shape::Finished { count } | Shape::RandomEarlier { count, .. } => Some(count),
        Shape::Together { .. } | Shape::Chain { .. } | Shape::FanIn { .. } | Shape::FanOut { .. } => None,
    }
}

/// Whether `other` has no dependencies, or those of `member` in another number, and is like it in all else.
fn differ_in_dose_alone(member: &Class, other: &Class) -> bool {
    let is_bare = other.depends.shape == Shape::None;
    let bare = |class: &Class, depends: &Depends| {
        let depends = with_one(depends);
        Class { name: String::new(), share: 0.0, depends, ..class.clone() }
    };
    bare(other, if is_bare { &member.depends } else { &other.depends }) == bare(member, &member.depends)
}

/// The same dependencies, but on one job.
fn with_one(depends: &Depends) -> Depends {
    let shape = match depends.shape {
        Shape::Previous { .. } => Shape::Previous { count: 1 },
        Shape::Finished { .. } => Shape::Finished { count: 1 },
        Shape::RandomEarlier { within, .. } => Shape::RandomEarlier { count: 1, within },
        other => other,
    };
    Depends { shape, ..depends.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Distribution, Filling, OpcodePlan};
    use crate::units::Span;

    fn class(shape: Shape, run: Span) -> Class {
        let opcode = OpcodePlan { run: Distribution::Fixed(run), locks: Vec::new(), log_messages: 0, log_text: None };
        Class {
            name: format!("{shape:?}"),
            share: 0.1,
            depends: Depends { shape, class: None, wanted: Vec::new() },
            priority: None,
            fails: 0.0,
            file_size: None,
            filling: Filling::Comment,
            opcodes: vec![opcode],
        }
    }

    #[test]
    fn classes_that_differ_only_in_the_number_of_their_dependencies_have_doses() {
        let run = Span::from_millis(1);
        let finished = |count| class(Shape::Finished { count }, run);
        let of = |classes: &[Class]| doses(classes);
        assert_eq!(of(&[class(Shape::None, run), finished(1), finished(30)]), [Some(0), Some(1), Some(30)]);
        assert_eq!(of(&[finished(1), finished(10)]), [Some(1), Some(10)], "nothing is no dose that is needed");
        let longer = class(Shape::Finished { count: 3 }, Span::from_millis(2));
        assert_eq!(of(&[class(Shape::None, run), finished(1), longer]), [Some(0), Some(1), None]);
        let chain = class(Shape::Chain { of: 3 }, run);
        assert_eq!(of(&[class(Shape::None, run), chain]), [None, None]);
        assert_eq!(of(&[finished(1), class(Shape::Previous { count: 2 }, run)]), [None, None], "other dependencies");
        assert_eq!(of(&[finished(2)]), [None]);
    }
}
