//! The server as a client sees it: messages in, messages out, real files in between.

mod actions;
mod answers;
mod client;
mod columns;
mod conversation;
mod disk;
mod fetched;
mod mesh;
mod probes;
mod recorded;
mod surroundings;
mod written;

pub(super) use probes::{panic_at, with_probes};
