//! A static server that answers as GitHub Pages does, for previews and for tests in a real browser.
//!
//! Compressed where it pays, folders with a trailing slash, `404.html` with status 404, no headers
//! that a page could lean on. For tests it keeps a log of requests and can be told to fail; for
//! authors it reloads open pages when the site has been built anew.

mod answer;
mod faults;
mod live;
mod resolve;

pub(crate) use answer::gzip;
use anyhow::{Context, Result};
pub use faults::Fault;
use faults::Faults;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::runtime::{Builder, Runtime};

/// What is served, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder, looked up anew at each request: it may be swapped for another meanwhile.
    pub dir: PathBuf,
    /// `""` or `"/repo"`: where under the origin the folder stands.
    pub base: String,
    /// 0 takes any free port.
    pub port: u16,
    /// Where builds announce themselves, if open pages are to reload. See [`announce`].
    pub live: Option<PathBuf>,
}

/// One request, as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// `GET`, `HEAD` …
    pub method: String,
    /// The path as asked for, without query.
    pub path: String,
    /// The answer's status; 0 where the connection was broken on purpose.
    pub status: u16,
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// What the connections share.
#[derive(Debug)]
struct Shared {
    options: Options,
    faults: Mutex<Faults>,
    log: Mutex<Vec<Logged>>,
    compressed: Mutex<answer::Compressed>,
}

impl Server {
    /// Serves `dir` under `base` (`""` or `"/repo"`) on this machine only; port 0 takes any free port.
    ///
    /// # Errors
    /// The port is taken, or there is no such folder.
    pub fn start(dir: &Path, base: &str, port: u16) -> Result<Self> {
        Self::with(Options { dir: dir.to_owned(), base: base.trim_end_matches('/').to_owned(), port, live: None })
    }

    /// Serves as `options` say.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn with(options: Options) -> Result<Self> {
        anyhow::ensure!(options.dir.is_dir(), "there is no folder `{}` to serve", options.dir.display());
        let port = options.port;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
            format!("port {port} cannot be used (is another server running?); choose another with --port")
        })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the server's threads")?;
        let shared =
            Arc::new(Shared { options, faults: Mutex::default(), log: Mutex::default(), compressed: Mutex::default() });
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(accept(listener, shared.clone()));
        Ok(Self { address, shared, runtime: Some(runtime) })
    }

    /// Address and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:41234`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of a path under the base: `/tags/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.shared.options.base)
    }

    /// All requests so far, in the order of their answers.
    pub fn requests(&self) -> Vec<Logged> {
        lock(&self.shared.log).clone()
    }

    /// Empties the log.
    pub fn forget_requests(&self) {
        lock(&self.shared.log).clear();
    }

    /// From now on, requests for `path` (with the base; a `*` at its end stands for anything) meet this fault.
    pub fn fault(&self, path: &str, fault: Fault) {
        lock(&self.shared.faults).set(path, fault);
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        *lock(&self.shared.faults) = Faults::default();
    }

    /// Serves until the process ends.
    pub fn wait(&self) {
        loop {
            std::thread::park();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which async tests forbid.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Tells servers that watch `file` how the build went: open pages reload, or show what is wrong.
///
/// # Errors
/// As of the file system.
pub fn announce(file: &Path, outcome: Result<(), &str>) -> Result<()> {
    live::announce(file, outcome)
}

/// A poisoned lock guards a log or a table that is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors: they come back when connections end.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer::answer(shared.clone(), request));
            // A connection that ends badly is the browser's right, and what a fault asks for.
            let _ =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
