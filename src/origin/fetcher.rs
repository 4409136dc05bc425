//! How are many manifests fetched at once, so that a slow origin delays nobody? On threads of
//! their own: whoever asks is told when one is there.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, Semaphore};

use super::cache::{self, Cache, Note};
use super::download::download;
use super::{Answer, Fault, FaultKind, Network, Surroundings, Wallets, fetch};
use crate::manifest::loom::Origin;
use crate::manifest::{self, Manifest};

/// So many bodies are read at once.
const PARALLEL: usize = 8;
/// So many origins are waited for at once.
const MOST_WAITING: usize = 64;
/// A body that takes longer than this gives its place to another, and is read on beside it.
const TURN: Duration = Duration::from_secs(5);
/// So often an origin is asked that has passing trouble.
const TRIES: u32 = 3;
/// What took this long to fail is not asked at once again.
const SOON: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(400);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A manifest that is to be fetched.
#[derive(Clone)]
pub struct Wanted {
    /// From where.
    pub origin: Arc<Origin>,
    /// The file that keeps it.
    pub body: PathBuf,
    /// What was asked for less long ago is not asked for.
    pub max_age: Duration,
    /// More bytes it may not have, packed or not.
    pub most_bytes: usize,
    /// Whether what is kept has been read already.
    pub is_at_hand: bool,
    /// What the origin is asked with.
    pub around: Asking,
}

/// On whose behalf an origin is asked.
#[derive(Clone)]
pub struct Asking {
    /// The environment variables.
    pub environment: Arc<std::collections::BTreeMap<String, String>>,
    /// The folder of the project whose config names the origin.
    pub root: PathBuf,
    /// The dbt target that is set.
    pub target: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub struct Fetched {
    /// Whether the origin was asked: what was kept was not new enough.
    pub is_asked: bool,
    /// The note about what is kept now.
    pub note: Note,
    /// The manifest, where it is another than the one that was kept.
    pub manifest: Option<Arc<Manifest>>,
}

/// Fetches manifests until it is dropped; then it stops at once.
pub struct Fetcher {
    runtime: Option<Runtime>,
    shared: Arc<Shared>,
}

struct Shared {
    cache: Cache,
    network: OnceCell<Network>,
    wallets: Wallets,
    waiting: Semaphore,
    bodies: Semaphore,
    reading: Semaphore,
}

impl Fetcher {
    /// A fetcher that keeps what it fetches in `cache`. Its threads begin with `on_thread_start`.
    ///
    /// # Errors
    ///
    /// Where the system has no threads to give.
    pub fn new(
        cache: Cache,
        on_thread_start: impl Fn() + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("fetch")
            .on_thread_start(on_thread_start)
            .enable_all()
            .build()?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let shared = Shared {
            cache,
            network: OnceCell::new(),
            wallets: Wallets::default(),
            waiting: Semaphore::new(MOST_WAITING),
            bodies: Semaphore::new(PARALLEL),
            reading: Semaphore::new(cores.saturating_sub(1).max(1)),
        };
        Ok(Self {
            runtime: Some(runtime),
            shared: Arc::new(shared),
        })
    }

    /// Fetches a manifest, or hears that the one that is kept is still right.
    pub fn start(
        &self,
        wanted: Wanted,
        on_done: impl FnOnce(Result<Fetched, Fault>) + Send + 'static,
    ) {
        let shared = Arc::clone(&self.shared);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(async move { on_done(shared.fetch(&wanted).await) });
        }
    }
}

/// A fetcher that keeps what it fetches in `cache`.
///
/// # Errors
///
/// Where there is no folder to keep anything in, or no threads are to be had.
pub fn start_fetcher(
    cache: Option<&Cache>,
    on_thread_start: impl Fn() + Send + Sync + 'static,
) -> Result<Fetcher, Fault> {
    let local = |message: String| Fault::new(FaultKind::Local, message);
    let cache = cache.ok_or_else(|| local("there is no cache folder".into()))?;
    Fetcher::new(cache.clone(), on_thread_start)
        .map_err(|error| local(format!("start threads: {error}")))
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    async fn fetch(&self, wanted: &Wanted) -> Result<Fetched, Fault> {
        if let Some(note) = self.fresh(wanted).await? {
            return Ok(Fetched {
                is_asked: false,
                note,
                manifest: self.kept(wanted).await?,
            });
        }
        let asking = &wanted.around;
        let network = self
            .network
            .get_or_try_init(|| async { Network::new(&asking.environment) })
            .await?;
        let around = Surroundings {
            environment: Arc::clone(&asking.environment),
            root: asking.root.clone(),
            target: asking.target.clone(),
            most_bytes: wanted.most_bytes,
            network: network.clone(),
            wallet: self.wallets.current(),
        };
        let mut tried = 0;
        loop {
            tried += 1;
            let began = Instant::now();
            let fault = match self.fetch_once(wanted, &around).await {
                Ok(fetched) => return Ok(fetched),
                Err(fault) => fault.scrubbed(&around, &wanted.origin.secrets),
            };
            if tried == TRIES || began.elapsed() > SOON || !fault.is_worth_retrying() {
                return Err(fault);
            }
            tokio::time::sleep(pause(tried, &fault)).await;
        }
    }

    /// What is kept is right. Where somebody else has just put it there, it is read.
    async fn kept(&self, wanted: &Wanted) -> Result<Option<Arc<Manifest>>, Fault> {
        if wanted.is_at_hand {
            return Ok(None);
        }
        let body = wanted.body.clone();
        let read = self
            .blocking(move || manifest::load(&body, &mut Vec::new()))
            .await?;
        let read = read.map_err(|error| {
            Fault::new(
                FaultKind::Local,
                format!("read what is kept: {}", error.cause),
            )
        })?;
        Ok(Some(Arc::new(read)))
    }

    /// The note about what is kept, if that is new enough.
    async fn fresh(&self, wanted: &Wanted) -> Result<Option<Note>, Fault> {
        let (cache, body, max_age) = (self.cache.clone(), wanted.body.clone(), wanted.max_age);
        let now = jiff::Timestamp::now().as_second();
        self.blocking(move || {
            let note = cache.note(&body).filter(|_| body.is_file())?;
            note.is_fresh(now, max_age).then_some(note)
        })
        .await
    }

    async fn fetch_once(&self, wanted: &Wanted, around: &Surroundings) -> Result<Fetched, Fault> {
        let (cache, body) = (self.cache.clone(), wanted.body.clone());
        let note = self.blocking(move || cache.note_of_bytes(&body)).await?;
        let answer = {
            let _place = self.waiting.acquire().await;
            fetch(
                &wanted.origin,
                note.as_ref().map(|note| &note.validators),
                around,
            )
            .await?
        };
        let now = jiff::Timestamp::now().as_second();
        let (cache, place) = (self.cache.clone(), wanted.body.clone());
        match (answer, note) {
            (Answer::NotModified, Some(mut note)) => {
                note.checked_at = now;
                let kept = note.clone();
                self.blocking(move || {
                    // What is kept is right, whether that can be noted or not.
                    if let Err(error) = cache::keep_note(&place, &kept) {
                        tracing::warn!("write into the cache folder: {error}");
                    }
                })
                .await?;
                Ok(Fetched {
                    is_asked: true,
                    note,
                    manifest: self.kept(wanted).await?,
                })
            }
            (Answer::NotModified, None) => Err(Fault::new(
                FaultKind::Other,
                "it answered that nothing has changed, without having been asked that",
            )),
            (Answer::Body(body), _) => {
                let most_bytes = wanted.most_bytes;
                let downloading = download(body, &wanted.body, &self.cache, most_bytes);
                let downloaded = self.in_turn(downloading).await?;
                let _place = self.reading.acquire().await;
                self.blocking(move || {
                    let (manifest, note) = downloaded.keep(&place, &cache, now, most_bytes)?;
                    Ok(Fetched {
                        is_asked: true,
                        note,
                        manifest: Some(manifest),
                    })
                })
                .await?
            }
        }
    }

    /// Reads a body once there is a place; one that is slow gives it up.
    async fn in_turn<T>(&self, reading: impl Future<Output = T>) -> T {
        let place = self.bodies.acquire().await;
        let mut reading = std::pin::pin!(reading);
        if let Ok(done) = tokio::time::timeout(TURN, &mut reading).await {
            return done;
        }
        drop(place);
        reading.await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let work = tokio::task::spawn_blocking(work).await;
        work.map_err(|_| Fault::new(FaultKind::Local, "a mistake of the program's own"))
    }
}

/// Longer each time, and not the same for all who had the same trouble.
fn pause(tried: u32, fault: &Fault) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << tried.min(8));
    let asked = fault.retry_after.unwrap_or_default();
    with_jitter(doubled.max(asked).min(LONGEST_PAUSE))
}

/// A pause that is half as long up to one and a half as long.
#[must_use]
pub fn with_jitter(pause: Duration) -> Duration {
    let jitter = u32::try_from(cache::random() % 1000).unwrap_or(0);
    pause / 2 + pause * jitter / 1000
}
