//! How is a manifest fetched that is no file of this disk? One file a kind of origin, behind one
//! question: [`fetch`]. Nothing is known here of projects and findings.
//!
//! No text that leaves this module holds a secret: see [`Surroundings::scrub`].

mod answer;
mod aws;
mod azure;
mod cache;
mod consent;
mod context;
mod databricks;
mod dbt_cloud;
mod download;
mod entra;
mod fault;
mod fetcher;
mod gcs;
mod google;
mod http;
mod netrc;
mod network;
mod once;
mod paradime;
mod platform;
mod s3;
mod snowflake;
mod surroundings;
mod wallet;

pub use answer::{Answer, Body, Validators};
pub use cache::{Cache, Note, cache_folder};
pub use consent::{Agreed, Question, consent_folder};
pub use fault::{Fault, FaultKind};
pub use fetcher::{Asking, Fetched, Fetcher, Wanted, start_fetcher, with_jitter};
pub use network::Network;
pub use once::{Once, Outcome, changes, fetch_once, refused, untrusted, wanted};
pub use surroundings::Surroundings;
pub use wallet::{Wallet, Wallets};

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
        Place::DbtCloud(place) => dbt_cloud::fetch(place, known, around).await,
        Place::Paradime(place) => paradime::fetch(place, known, around).await,
        Place::Gcs(place) => gcs::fetch(place, known, around).await,
        Place::S3(place) => s3::fetch(place, known, around).await,
        Place::Azure(place) => azure::fetch(place, known, around).await,
        Place::Snowflake(place) => snowflake::fetch(place, known, around).await,
        Place::Databricks(place) => databricks::fetch(place, known, around).await,
    };
    answer.map_err(|fault| fault.scrubbed(around, &origin.secrets))
}

#[cfg(test)]
mod tests;
