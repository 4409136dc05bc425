//! The command line as a user has it: the built program over projects on disk.

#[cfg(test)]
mod editor;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fetched;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod mesh;
mod models;
#[cfg(test)]
mod outcome;
#[cfg(test)]
mod program;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod secure;
#[cfg(test)]
mod shared_cache;
#[cfg(test)]
mod workspace;
