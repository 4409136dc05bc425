//! How is a manifest fetched that is no file of this disk? One file a kind of origin, behind one
//! question: [`fetch`]. Nothing is known here of projects and findings.
//!
//! No text that leaves this module holds a secret: see [`Surroundings::scrub`].

mod answer;
mod cache;
mod consent;
mod download;
mod fault;
mod fetcher;
mod http;
mod once;
mod surroundings;

pub use answer::{Answer, Body, Validators};
pub use cache::{Cache, Note, cache_folder};
pub use consent::{Agreed, Question, consent_folder};
pub use fault::{Fault, FaultKind};
pub use fetcher::{Asking, Fetched, Fetcher, Wanted, start_fetcher, with_jitter};
pub use once::{Once, Outcome, changes, fetch_once, refused, untrusted, wanted};
pub use surroundings::Surroundings;

use crate::manifest::loom::{Origin, Place};

/// Asks an origin for its manifest once; `known` tells what is at hand already.
///
/// # Errors
///
/// Where it does not give one. A body may still break off while it is read.
pub async fn fetch(
    origin: &Origin,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let answer = match &origin.place {
        Place::Http(place) => http::fetch(place, known, around).await,
        Place::DbtCloud(_)
        | Place::Paradime(_)
        | Place::Gcs(_)
        | Place::S3(_)
        | Place::Azure(_)
        | Place::Snowflake(_)
        | Place::Databricks(_) => Err(Fault::new(
            FaultKind::Unsupported,
            format!(
                "manifests of kind `{}` are not fetched",
                origin.kind().as_str()
            ),
        )),
    };
    answer.map_err(|fault| fault.scrubbed(around, &origin.secrets))
}

#[cfg(test)]
mod tests;
