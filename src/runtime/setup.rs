//! What a run is made of, whatever brings it to life.

use super::Streams;
use crate::actors::Design;
use crate::actors::clients::Load;
use std::sync::Arc;

/// What a run is made of in every runtime. The default is a queue as designed, with nothing to do.
#[derive(Debug, Clone)]
pub struct RunSetup {
    /// The design.
    pub design: Arc<Design>,
    /// What clients do.
    pub load: Load,
    /// For the jitter of lock attempts, and in virtual time the scatter of costs.
    pub streams: Streams,
    /// Whether details are recorded.
    pub tracing: bool,
    /// Whether the run ends when the load is done. Otherwise it ends in virtual time when nothing is left to happen, and
    /// live at its limit.
    pub ends_with_load: bool,
    /// Whether clients watch files.
    pub watched: bool,
}

impl Default for RunSetup {
    fn default() -> Self {
        Self {
            design: Arc::default(),
            load: Load::open([]),
            streams: Streams::new(0, 0),
            tracing: false,
            ends_with_load: true,
            watched: false,
        }
    }
}
