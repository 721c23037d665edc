//! A stand-in for giscus and for GoatCounter, on a free port of its own: what a page of theirs says to the page around it,
//! and what they answer, as far as the blog meets it.

use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

/// How high the page in the frame says that it is, in CSS pixels.
pub const HEIGHT: u32 = 640;

/// Says how high it is, as giscus does once it runs, and tells its server which theme it was told.
const WIDGET: &str = "<!doctype html><html lang=en><title>Comments</title><h1>Comments</h1><script>\
    const send = (data) => parent.postMessage({ giscus: data }, '*');\
    addEventListener('message', ({ data }) => data.giscus?.setConfig && fetch(`/told?${data.giscus.setConfig.theme}`));\
    addEventListener('click', () => send({ signOut: true, error: 'State has expired (user signed out).' }));\
    send({ error: 'Discussion not found' }); send({ resizeHeight: 640 });</script>";

/// A running stand-in.
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    asked: Vec<String>,
    is_down: bool,
    n_visits: u32,
    is_over: bool,
}

impl StandIn {
    /// Listens.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn serve() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(Shared::default()));
        let theirs = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                if lock(&theirs).is_over {
                    break;
                }
                let theirs = theirs.clone();
                // A connection that ends badly is the browser's right.
                thread::spawn(move || answer(&theirs, stream));
            }
        });
        Ok(Self { address, shared })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Paths and queries that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared).asked.clone()
    }

    /// From now on it breaks every connection, or none any more.
    pub fn break_off(&self, is_down: bool) {
        lock(&self.shared).is_down = is_down;
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        lock(&self.shared).is_over = true;
        // What waits for a connection notices with the next.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(shared: &Mutex<Shared>, mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, kind, body) = {
        let mut shared = lock(shared);
        shared.asked.push(path.clone());
        if shared.is_down {
            return stream.shutdown(std::net::Shutdown::Both);
        }
        match path.split('?').next().unwrap_or_default() {
            "/count" => {
                shared.n_visits += 1;
                ("200 OK", "image/gif", String::new())
            }
            counter if counter.starts_with("/counter/") => {
                let status = if shared.n_visits > 0 { "200 OK" } else { "404 Not Found" };
                let n_visits = format!("1,{:03}", shared.n_visits);
                (status, "application/json", format!("{{\"count_unique\":\"{n_visits}\", \"count\":\"{n_visits}\"}}"))
            }
            widget if widget.ends_with("/widget") => ("200 OK", "text/html", WIDGET.to_owned()),
            _ => ("204 No Content", "text/plain", String::new()),
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
