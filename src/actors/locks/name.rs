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

/// An opcode lock. The order of names is the order in which they are acquired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockName {
    /// `cluster/BGL`.
    Cluster,
    /// `instance/[lockset]`: held by whoever holds all of a level.
    Set(Level),
    /// One object, by its number among the level's sorted names.
    Object(Level, u32),
}

impl LockName {
    /// The level it belongs to.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Cluster => Level::Cluster,
            Self::Set(level) | Self::Object(level, _) => level,
        }
    }

    /// As the lock monitor writes it: `instance/inst7`.
    #[must_use]
    pub fn display(self, cluster: &Cluster) -> String {
        match self {
            Self::Cluster => "cluster/BGL".to_owned(),
            Self::Set(level) => format!("{}/[lockset]", level.as_str()),
            Self::Object(level, number) => {
                let name = level.names(cluster).get(number as usize).map_or("?", String::as_str);
                format!("{}/{name}", level.as_str())
            }
        }
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

impl WantedLock {
    /// All that an opcode needs, in the order of acquiring: the cluster lock in `cluster_mode`, then `requests`.
    ///
    /// # Errors
    /// The text of the opcode's result if a name does not exist.
    pub fn resolve(cluster: &Cluster, cluster_mode: Mode, requests: &[LockRequest]) -> Result<Arc<[Self]>, String> {
        let mut wanted = vec![Self { name: LockName::Cluster, mode: cluster_mode }];
        for LockRequest { level, selection, mode } in requests {
            let (level, mode) = (*level, *mode);
            let names = level.names(cluster);
            match selection {
                LockSelection::All => {
                    wanted.push(Self { name: LockName::Set(level), mode });
                    let all = (0_u32..).zip(names);
                    wanted.extend(all.map(|(number, _)| Self { name: LockName::Object(level, number), mode }));
                }
                LockSelection::Named(chosen) => {
                    for name in chosen.iter() {
                        let number = names.binary_search(name).ok().and_then(|index| u32::try_from(index).ok());
                        let number = number.ok_or_else(|| {
                            let set = level.as_str();
                            format!("Lock '{name}' not found in set '{set}' (it may have been removed)")
                        })?;
                        wanted.push(Self { name: LockName::Object(level, number), mode });
                    }
                }
            }
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
        Ok(wanted.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_acquired_by_level_then_by_name() {
        let cluster = Cluster::of_size(10, 3);
        let request = |level, names: &[&str]| LockRequest {
            level,
            selection: LockSelection::Named(names.iter().map(|name| (*name).to_owned()).collect()),
            mode: Mode::Exclusive,
        };
        let requests = [request(Level::Node, &["node2"]), request(Level::Instance, &["inst2", "inst10", "inst1"])];
        let wanted = WantedLock::resolve(&cluster, Mode::Shared, &requests).unwrap();
        let names: Vec<String> = wanted.iter().map(|lock| lock.name.display(&cluster)).collect();
        assert_eq!(names, ["cluster/BGL", "instance/inst1", "instance/inst10", "instance/inst2", "node/node2"]);
    }

    #[test]
    fn a_name_that_does_not_exist_is_an_error_of_the_opcode() {
        let requests = [LockRequest {
            level: Level::Instance,
            selection: LockSelection::Named(["nosuch".to_owned()].into()),
            mode: Mode::Shared,
        }];
        let error = WantedLock::resolve(&Cluster::of_size(1, 1), Mode::Shared, &requests).unwrap_err();
        assert_eq!(error, "Lock 'nosuch' not found in set 'instance' (it may have been removed)");
    }
}
