//! A model's file on its way from a server to the [`Shelf`].
//!
//! It comes as a stream, piece by piece; so a try that was cut off or cancelled is taken up where it ended, by a request
//! for the rest. Whether the rest belongs to the same file is known by its validator and length. `If-Range` would ask the
//! server for that, but a page may send it to another site only after a request that asks for leave, which a hub's
//! stores of files need not grant; `Range` alone it may send. Source: Fetch Standard, "CORS-safelisted request-header".

use super::{
    addresses::RemoteFile,
    js::{self, AbortController, Next, Reader, Response, SUBTLE},
    shelf::{self, PIECE, Pieces, Shelf},
};
use crate::browser::window;
use js_sys::{Array, Promise, Uint8Array};
use labs::text::holds;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// What is told of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// So much is here. The first tells what was kept of an earlier try.
    Progress {
        /// Bytes.
        received_bytes: u64,
        /// Of all; nothing where the server does not say.
        total_bytes: Option<u64>,
    },
    /// The file lies whole on the shelf, and is the one that the site pins, if it pins one.
    Done {
        /// Its length.
        size_bytes: u64,
    },
    /// It did not come, for this reason. What came is kept unless it was wrong, and another download goes on from there.
    Failed(String),
}

/// A file that is under way. Dropping this cancels it; what came is kept.
pub struct Download {
    abort: Rc<AbortController>,
    is_wanted: Rc<Cell<bool>>,
}

impl Download {
    /// Brings `file` of the model `key` to the shelf, after all other downloads to it that were asked for before. What is
    /// there already is not asked for again. `tell` hears of it until it is done, has failed, or is cancelled.
    pub fn start(shelf: &Shelf, key: &str, file: &RemoteFile, tell: impl Fn(Told) + 'static) -> Self {
        let (abort, is_wanted) = (Rc::new(AbortController::new()), Rc::new(Cell::new(true)));
        let mut last = shelf.last.borrow_mut();
        let (before, abort_of_job, is_wanted_of_job) = (last.clone(), abort.clone(), is_wanted.clone());
        let (shelf, key, file) = (shelf.clone(), key.to_owned(), file.clone());
        *last = future_to_promise(async move {
            let _ = JsFuture::from(before).await;
            let pieces = Pieces::of(&shelf, &key, file.name);
            let job = Job { file, pieces, abort: abort_of_job, is_wanted: is_wanted_of_job, tell: &tell };
            if job.is_wanted.get() {
                let outcome = job.run().await;
                job.tell(match outcome {
                    Ok(size_bytes) => Told::Done { size_bytes },
                    Err(failure) => Told::Failed(job.sentence(failure)),
                });
            }
            Ok(JsValue::UNDEFINED)
        });
        Self { abort, is_wanted }
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.is_wanted.set(false);
        self.abort.abort();
    }
}

/// Why a file did not come.
enum Failure {
    /// No connection, or it broke.
    Lost,
    /// The server answered with this status.
    Status(u16),
    /// What is kept belongs to another version of the file, or was damaged.
    Stale,
    /// What came is not what the site pins.
    Wrong,
    /// It cannot be kept.
    Unkept(JsValue),
}

/// How long to wait before the second try, in milliseconds.
const BREATH_MS: i32 = 1000;

/// What a server is about to send.
struct Coming {
    /// Where it begins.
    piece_idx: usize,
    /// The file's length.
    total: Option<u64>,
    /// What that counts.
    counts: Counts,
}

/// What a length counts. A browser unpacks what a server packs for the way, as some do though nobody asked for it; the
/// lengths in the headers are then those of what was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// The bytes that will be kept.
    Kept,
    /// Another site need not show whether it packs.
    Unknown,
    /// Something else, or what may be something else.
    Sent,
}

impl Counts {
    /// Whether a body of `received` bytes that ended without an error falls short of `total`.
    fn is_short(self, received: u64, total: u64) -> bool {
        match self {
            Self::Kept => received < total,
            // What cannot be made smaller becomes larger by a few bytes in each block of sixteen thousand. Whether
            // anything is missing then, the file itself must tell.
            Self::Unknown => received + received / 2048 + 64 < total,
            Self::Sent => false,
        }
    }
}

struct Job<'t> {
    file: RemoteFile,
    pieces: Pieces<'t>,
    abort: Rc<AbortController>,
    is_wanted: Rc<Cell<bool>>,
    tell: &'t dyn Fn(Told),
}

impl Job<'_> {
    fn tell(&self, told: Told) {
        if self.is_wanted.get() {
            (self.tell)(told);
        }
    }

    /// Two tries; the length if one of them succeeds.
    async fn run(&self) -> Result<u64, Failure> {
        let mut has_tried = false;
        loop {
            let failure = match self.attempt(has_tried).await {
                Ok(size_bytes) => return Ok(size_bytes),
                Err(failure) => failure,
            };
            let may_help = match failure {
                Failure::Lost | Failure::Status(429 | 500..) => true,
                Failure::Stale | Failure::Wrong => {
                    self.pieces.clear().await;
                    true
                }
                _ => false,
            };
            if has_tried || !may_help || !self.is_wanted.get() {
                return Err(failure);
            }
            has_tried = true;
            if !matches!(failure, Failure::Stale) {
                pause(BREATH_MS).await;
            }
        }
    }

    async fn attempt(&self, has_tried: bool) -> Result<u64, Failure> {
        let pieces = self.pieces.all().await;
        let kept_bytes: u64 = pieces.iter().map(|piece| piece.size() as u64).sum();
        let from = self.pieces.from().await.unwrap_or_default();
        let mut from = from.split('\n');
        let (url, validator, total) = (from.next(), from.next().unwrap_or_default(), from.next());
        // Another address is another file: the site's own are named by their contents, those of the hub by a revision.
        if url == Some(&self.file.url) {
            if self.pieces.is_whole().await {
                return Ok(kept_bytes);
            }
            let total = total.and_then(|total| total.parse().ok());
            let n_full = pieces.iter().take_while(|piece| piece.size() as usize == PIECE).count();
            if let Some(total) = total
                && n_full > 0
                && !validator.is_empty()
            {
                return self.fetch(n_full, Some((validator, total)), true).await;
            }
        }
        self.pieces.clear().await;
        // Some servers pack what is asked for by its range, which browsers refuse to unpack: the second try asks for all.
        self.fetch(0, None, !has_tried).await
    }

    /// Fetches all after the first `n_kept` pieces, which are of the version `kept` (validator, length).
    async fn fetch(&self, n_kept: usize, kept: Option<(&str, u64)>, by_range: bool) -> Result<u64, Failure> {
        let at = (n_kept * PIECE) as u64;
        // Asked for from its first byte on, a file comes uncompressed, and its length is that of its bytes.
        let range = ["bytes=", &at.to_string(), "-"].concat();
        let range = range.into();
        let fields = [("range", &range)];
        let headers = js::object(if by_range { &fields } else { &[] });
        let mut init = vec![("signal", self.abort.signal()), ("credentials", "omit".into()), ("headers", headers)];
        if holds(&self.file.url, "://") {
            // The shelf keeps it; the browser's own cache would keep it a second time.
            init.push(("cache", "no-store".into()));
        }
        let init: Vec<_> = init.iter().map(|(key, value)| (*key, value)).collect();
        let response = js::fetch(&self.file.url, &js::object(&init)).await.map_err(|_| Failure::Lost)?;
        let response: Response = response.unchecked_into();
        let header = |name: &str| response.headers().get(name);
        let rest = header("content-length").and_then(|length| length.parse::<u64>().ok());
        let validator = header("etag").unwrap_or_default();
        let counts = match header("content-encoding").as_deref() {
            Some("identity") => Counts::Kept,
            Some(_) => Counts::Sent,
            None if holds(&self.file.url, "://") => Counts::Unknown,
            None => Counts::Kept,
        };
        // The length of what is packed is none of the file's, and what is kept of it cannot be gone on from.
        let is_packed = counts == Counts::Sent;
        let total = rest.map(|rest| rest + at).filter(|_| !is_packed);
        let mut coming = Coming { piece_idx: n_kept, total, counts };
        let refusal = match (response.status(), kept) {
            (206, Some((of, total))) => (validator != of || coming.total != Some(total)).then_some(Failure::Stale),
            (206, None) => None,
            // A server that knows no ranges, and may pack.
            (200, _) => {
                self.pieces.clear().await;
                coming = Coming { piece_idx: 0, total: rest.filter(|_| !is_packed), counts: Counts::Sent };
                None
            }
            (416, Some(_)) => Some(Failure::Stale),
            (status, _) => Some(Failure::Status(status)),
        };
        let Some(body) = response.body() else { return Err(refusal.unwrap_or(Failure::Lost)) };
        let reader = body.get_reader();
        let outcome = match refusal {
            Some(refusal) => Err(refusal),
            None => {
                // What came from a server that knows no ranges cannot be gone on from.
                let total = coming.total.filter(|_| coming.counts != Counts::Sent);
                let total = total.map(|total| total.to_string()).unwrap_or_default();
                let from = [self.file.url.as_str(), &validator, &total].join("\n");
                match self.pieces.begin(&from).await {
                    Ok(()) => self.take(&reader, coming).await,
                    Err(error) => Err(Failure::Unkept(error)),
                }
            }
        };
        if outcome.is_err() {
            // Nobody waits for the rest.
            let _ = reader.cancel().await;
        }
        outcome
    }

    /// Keeps what comes.
    async fn take(&self, reader: &Reader, coming: Coming) -> Result<u64, Failure> {
        let Coming { mut piece_idx, total, counts } = coming;
        let from = (piece_idx * PIECE) as u64;
        let mut received = from;
        let (mut parts, mut n_parts) = (Array::new(), 0);
        self.tell(Told::Progress { received_bytes: received, total_bytes: total });
        loop {
            let next: Next = match reader.read().await {
                Ok(next) => next.unchecked_into(),
                // The rest of what was packed begins in the middle, and nobody can unpack it.
                Err(_) if from > 0 && received == from => return Err(Failure::Stale),
                Err(_) => return Err(Failure::Lost),
            };
            if next.done() {
                break;
            }
            let mut chunk: Uint8Array = next.value().unchecked_into();
            received += u64::from(chunk.length());
            while n_parts + chunk.length() as usize >= PIECE {
                let cut = (PIECE - n_parts) as u32;
                parts.push(&chunk.subarray(0, cut));
                self.pieces.put(piece_idx, &parts).await.map_err(Failure::Unkept)?;
                chunk = chunk.subarray(cut, chunk.length());
                (parts, n_parts) = (Array::new(), 0);
                piece_idx += 1;
            }
            n_parts += chunk.length() as usize;
            parts.push(&chunk);
            // A length that counts compressed bytes says nothing of how many come of them.
            let total_bytes = total.filter(|total| *total >= received);
            self.tell(Told::Progress { received_bytes: received, total_bytes });
        }
        if total.is_some_and(|total| counts.is_short(received, total)) {
            return Err(Failure::Lost);
        }
        self.pieces.put(piece_idx, &parts).await.map_err(Failure::Unkept)?;
        if !self.is_right().await? {
            return Err(Failure::Wrong);
        }
        self.pieces.finish().await.map_err(Failure::Unkept)?;
        Ok(received)
    }

    /// Whether what is kept is what the site pins, if it does and the browser can tell.
    async fn is_right(&self) -> Result<bool, Failure> {
        let (Some(expected), Some(subtle)) = (&self.file.sha256, SUBTLE.with(Clone::clone)) else { return Ok(true) };
        let bytes = self.pieces.bytes().await.map_err(Failure::Unkept)?;
        let digest = subtle.digest("SHA-256", &bytes).await.map_err(Failure::Unkept)?;
        Ok(hexadecimal(&Uint8Array::new(&digest).to_vec()) == *expected)
    }

    fn sentence(&self, failure: Failure) -> String {
        let name = self.file.name;
        match failure {
            Failure::Lost => [
                name,
                " did not come: the connection failed, or this page may not ask that server. What has come is kept.",
            ]
            .concat(),
            Failure::Status(status) => {
                [name, " did not come: the server answered with status ", &status.to_string(), "."].concat()
            }
            Failure::Stale => [name, " changed on its server while it came. Fetch it again."].concat(),
            Failure::Wrong => [
                name,
                " is not the file that this site pins: its checksum is another. It was fetched twice and thrown away.",
            ]
            .concat(),
            Failure::Unkept(error) => shelf::no_room(&error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

async fn pause(ms: i32) {
    let due = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(due).await;
}
