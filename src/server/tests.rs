//! The server as a client sees it: messages in, messages out, real files in between.

mod client;
mod conversation;
mod mesh;
mod probes;
mod surroundings;

pub(super) use probes::with_probes;
