//! The clients: they make the calls of a load, and hear what becomes of them.

pub(in crate::actors) mod actor;
pub(in crate::actors) mod call;
pub(in crate::actors) mod calls;
mod finished;
pub(in crate::actors) mod load;
pub(in crate::actors) mod notation;
pub(in crate::actors) mod protocol;
pub(in crate::actors) mod request;

#[cfg(test)]
mod tests;

pub use actor::Clients;
pub use call::{Call, Reply, Watch};
pub use calls::{CallSource, Calls};
pub use load::Load;
pub use protocol::ClientsMessage;
pub use request::{DependencyRequest, JobRequest, LogPlan, On, OpcodeOutcome, OpcodeRequest, Program};
