//! What opcode locks are called, and how an opcode says which it wants.

use super::grant::Mode;
use crate::actors::design::Cluster;
use std::sync::Arc;

/// Levels of opcode locks, in the order in which they are acquired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The big cluster lock.
    Cluster,
    /// A lock for each instance.
    Instance,
    /// A lock for each node.
    Node,
}

impl Level {
    /// The word in lock names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Instance => "instance",
            Self::Node => "node",
        }
    }

    /// The level with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Cluster, Self::Instance, Self::Node].into_iter().find(|level| level.as_str() == word)
    }

    fn names(self, cluster: &Cluster) -> &[String] {
        match self {
            Self::Cluster => &[],
            Self::Instance => cluster.instances(),
            Self::Node => cluster.nodes(),
        }
    }
}

/// An opcode lock. The order of names is the order in which they are acquired: by level, its set lock before its
/// objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LockName {
    level: Level,
    /// The object, by its number among the level's sorted names; none is the level's one other lock.
    object: Option<u32>,
}

impl LockName {
    /// `cluster/BGL`.
    pub const CLUSTER: Self = Self { level: Level::Cluster, object: None };

    /// `instance/[lockset]`: held by whoever holds all of a level.
    #[must_use]
    pub const fn set(level: Level) -> Self {
        Self { level, object: None }
    }

    /// One object of a level, by its number among the level's sorted names.
    #[must_use]
    pub const fn object(level: Level, number: u32) -> Self {
        Self { level, object: Some(number) }
    }

    /// The level it belongs to.
    #[must_use]
    pub const fn level(self) -> Level {
        self.level
    }

    /// As the lock monitor writes it: `instance/inst7`.
    #[must_use]
    pub fn display(self, cluster: &Cluster) -> String {
        let name = match (self.level, self.object) {
            (Level::Cluster, _) => "BGL",
            (_, None) => "[lockset]",
            (level, Some(number)) => level.names(cluster).get(number as usize).map_or("?", String::as_str),
        };
        format!("{}/{name}", self.level.as_str())
    }
}

/// Which locks of a level.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LockSelection {
    /// Every one there is.
    All,
    /// These.
    Named(Arc<[String]>),
}

/// Locks of one level that an opcode asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LockRequest {
    /// Of which level; not the cluster's.
    pub level: Level,
    /// Which of them.
    pub selection: LockSelection,
    /// How.
    pub mode: Mode,
}

/// One lock to acquire, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WantedLock {
    /// Which.
    pub name: LockName,
    /// How.
    pub mode: Mode,
}

/// What an opcode is to acquire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WantedLocks {
    /// In the order of acquiring.
    pub locks: Arc<[WantedLock]>,
    /// If it names a lock that does not exist: why that is an error. It shows once the locks of the levels before
    /// that one, which are those of `locks`, are held.
    pub missing: Option<MissingLock>,
}

/// A lock that an opcode names and that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MissingLock {
    level: Level,
    name: String,
}

impl std::fmt::Display for MissingLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { level, name } = self;
        write!(f, "Lock '{name}' not found in set '{}' (it may have been removed)", level.as_str())
    }
}

impl WantedLocks {
    /// All that an opcode needs: the cluster lock in `cluster_mode`, then `requests`.
    #[must_use]
    pub fn resolve(cluster: &Cluster, cluster_mode: Mode, requests: &[LockRequest]) -> Self {
        let mut wanted = vec![WantedLock { name: LockName::CLUSTER, mode: cluster_mode }];
        let mut missing: Option<MissingLock> = None;
        for LockRequest { level, selection, mode } in requests {
            let (level, mode) = (*level, *mode);
            let names = level.names(cluster);
            match selection {
                LockSelection::All => {
                    wanted.push(WantedLock { name: LockName::set(level), mode });
                    let all = (0_u32..).zip(names);
                    wanted.extend(all.map(|(number, _)| WantedLock { name: LockName::object(level, number), mode }));
                }
                LockSelection::Named(chosen) => {
                    for name in chosen.iter() {
                        match names.binary_search(name).ok().and_then(|index| u32::try_from(index).ok()) {
                            Some(number) => wanted.push(WantedLock { name: LockName::object(level, number), mode }),
                            None => {
                                let this = MissingLock { level, name: name.clone() };
                                missing = Some(missing.map_or(this.clone(), |other| other.min(this)));
                            }
                        }
                    }
                }
            }
        }
        if let Some(MissingLock { level, .. }) = missing {
            wanted.retain(|lock| lock.name.level < level);
        }
        wanted.sort_unstable();
        // Sorted, the stronger mode comes last: keep it.
        wanted.dedup_by(|later, first| {
            let same = later.name == first.name;
            if same {
                first.mode = later.mode;
            }
            same
        });
        Self { locks: wanted.into(), missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(level: Level, names: &[&str]) -> LockRequest {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        LockRequest { level, selection: LockSelection::Named(names), mode: Mode::Exclusive }
    }

    fn names(cluster: &Cluster, requests: &[LockRequest]) -> (Vec<String>, Option<String>) {
        let WantedLocks { locks, missing } = WantedLocks::resolve(cluster, Mode::Shared, requests);
        (locks.iter().map(|lock| lock.name.display(cluster)).collect(), missing.map(|missing| missing.to_string()))
    }

    #[test]
    fn locks_are_acquired_by_level_then_by_name() {
        let requests = [request(Level::Node, &["node2"]), request(Level::Instance, &["inst2", "inst10", "inst1"])];
        let (names, missing) = names(&Cluster::of_size(10, 3), &requests);
        assert_eq!(names, ["cluster/BGL", "instance/inst1", "instance/inst10", "instance/inst2", "node/node2"]);
        assert_eq!(missing, None);
    }

    #[test]
    fn all_of_a_level_are_its_set_lock_then_its_members_before_the_next_level() {
        let all = |level| LockRequest { level, selection: LockSelection::All, mode: Mode::Exclusive };
        let (names, _) = names(&Cluster::of_size(2, 2), &[all(Level::Node), all(Level::Instance)]);
        let instances = ["instance/[lockset]", "instance/inst1", "instance/inst2"];
        assert_eq!(names, [&["cluster/BGL"][..], &instances, &["node/[lockset]", "node/node1", "node/node2"]].concat());
    }

    #[test]
    fn a_name_that_does_not_exist_is_found_missing_once_the_levels_before_are_held() {
        let requests =
            [request(Level::Node, &["node9", "node1", "node8"]), request(Level::Instance, &["inst1", "inst2"])];
        let (names, missing) = names(&Cluster::of_size(2, 2), &requests);
        assert_eq!(names, ["cluster/BGL", "instance/inst1", "instance/inst2"]);
        assert_eq!(missing.as_deref(), Some("Lock 'node8' not found in set 'node' (it may have been removed)"));
    }
}
