//! `jqlab version`: which program this is.

use super::failure::Failure;
use super::output;
use crate::lab::Provenance;
use crate::scenario::Runtime;
use clap::Args;

/// Say which program this is: version, sources, commit and build.
#[derive(Debug, Args)]
#[command(
    after_help = "Reports name the fingerprint of the sources that their measurements come from. One that names another than \
                        `jqlab version --sources` was made by other code."
)]
pub(super) struct Version {
    /// The fingerprint of the sources alone
    #[arg(long)]
    sources: bool,
}

impl Version {
    pub(super) fn execute(self) -> Result<(), Failure> {
        if self.sources {
            return output::print(&format!("{}\n", Provenance::built_in().sources));
        }
        let found = Provenance::found(Runtime::Live);
        let unknown = || "unknown".to_owned();
        let commit = found.commit.map(|commit| match found.is_clean {
            Some(true) => format!("{commit}, clean"),
            _ => format!("{commit}, and changes that are not in it"),
        });
        let lines = [
            ("version", format!("jqlab {}", found.version)),
            ("sources", format!("sha256 {}", found.sources)),
            ("commit", commit.unwrap_or_else(unknown)),
            ("profile", found.profile.unwrap_or_else(unknown)),
            ("rustc", found.rustc.unwrap_or_else(unknown)),
            ("binary", found.binary_sha256.map_or_else(unknown, |hash| format!("sha256 {hash}"))),
        ];
        output::print(&lines.map(|(name, what)| format!("{name:<9}{what}\n")).concat())
    }
}
