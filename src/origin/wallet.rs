//! Which credentials have been found? Each is looked for once, however many origins need it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OnceCell, watch};

use super::Fault;
use super::aws::Account;

/// Whoever signs in sees no older failure than this; a round of fetches begins within it.
const FRESH: Duration = Duration::from_secs(20);

/// The credentials of the clouds, as far as they have been looked for.
#[derive(Default)]
pub struct Wallet {
    pub(super) aws: OnceCell<Result<Account, Fault>>,
    pub(super) azure: OnceCell<Result<reqsign_azure_storage::Credential, Fault>>,
    pub(super) google: OnceCell<Result<reqsign_google::Credential, Fault>>,
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").finish_non_exhaustive()
    }
}

/// A wallet that is emptied in time: tokens expire, and people sign in.
#[derive(Debug)]
pub struct Wallets(watch::Sender<(Instant, Arc<Wallet>)>);

impl Default for Wallets {
    fn default() -> Self {
        Self(watch::Sender::new((Instant::now(), Arc::default())))
    }
}

impl Wallets {
    /// The wallet of this round.
    #[must_use]
    pub fn current(&self) -> Arc<Wallet> {
        self.0.send_if_modified(|(since, wallet)| {
            let is_old = since.elapsed() > FRESH;
            if is_old {
                (*since, *wallet) = (Instant::now(), Arc::default());
            }
            is_old
        });
        Arc::clone(&self.0.borrow().1)
    }
}
