//! One request, one answer.

use super::{
    Logged, Shared,
    faults::{Fault, Half},
    live, lock,
    resolve::{Target, content_type, is_compressible, resolve},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderMap, HeaderValue},
};
use std::{
    collections::HashMap,
    convert::Infallible,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;
/// Compressed files, so that a page asked for again is not compressed again.
pub(super) type Compressed = HashMap<(PathBuf, SystemTime), Bytes>;

/// How many; while a site is built again and again, old ones would pile up.
const KEPT: usize = 500;
/// How long a folder may be gone while it is swapped for a new one.
const SWAP: Duration = Duration::from_millis(20);

pub(super) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let path = request.uri().path().to_owned();
    let fault = lock(&shared.faults).of(&path);
    if let Some(Fault::Delay(pause)) = fault {
        tokio::time::sleep(pause).await;
    }
    let response = match fault {
        Some(Fault::Break) => None,
        Some(Fault::Status(status)) => {
            Some(empty(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
        }
        Some(Fault::Missing) => Some(missing(&shared, request.headers()).await),
        Some(Fault::Cut) => Some(half(honest(&shared, &request, &path).await).await),
        Some(Fault::Delay(_)) | None => Some(honest(&shared, &request, &path).await),
    };
    let status = response.as_ref().map_or(0, |response| response.status().as_u16());
    lock(&shared.log).push(Logged { method: request.method().to_string(), path, status });
    response.ok_or_else(|| io::Error::other("broken on purpose"))
}

/// The same answer, of which the first half comes.
async fn half(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let Ok(whole) = body.collect().await;
    Response::from_parts(parts, Half::of(whole.to_bytes()).boxed_unsync())
}

async fn honest(shared: &Shared, request: &Request<Incoming>, path: &str) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if let Some(file) = &shared.options.live
        && let Some(response) = live::answer(file, path)
    {
        return response;
    }
    for _ in 0..5 {
        if shared.options.dir.is_dir() {
            break;
        }
        tokio::time::sleep(SWAP).await;
    }
    match resolve(&shared.options.dir, &shared.options.base, path) {
        Target::File(file) => file_response(shared, request.headers(), &file, StatusCode::OK).await,
        Target::Redirect(to) => {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            let mut response = empty(StatusCode::MOVED_PERMANENTLY);
            if let Ok(to) = HeaderValue::try_from(format!("{to}{query}")) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Target::Missing => missing(shared, request.headers()).await,
        Target::Elsewhere => {
            let hint = format!("Nothing is served here. The site is at {}/\n", shared.options.base);
            with_body(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", hint.into())
        }
    }
}

async fn missing(shared: &Shared, asked: &HeaderMap) -> Response<Body> {
    let page = shared.options.dir.join("404.html");
    match page.is_file() {
        true => file_response(shared, asked, &page, StatusCode::NOT_FOUND).await,
        false => with_body(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "There is no such file.\n".into()),
    }
}

async fn file_response(shared: &Shared, asked: &HeaderMap, file: &Path, status: StatusCode) -> Response<Body> {
    let (Ok(contents), Ok(about)) = (tokio::fs::read(file).await, tokio::fs::metadata(file).await) else {
        return with_body(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/plain; charset=utf-8",
            "The file cannot be read.\n".into(),
        );
    };
    let changed = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let kind = content_type(file);
    let is_live = shared.options.live.is_some();
    let tag = tag(changed, contents.len());
    let is_known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(", ").any(|one| one == tag));
    let mut response = match is_known && status == StatusCode::OK && !is_live {
        true => empty(StatusCode::NOT_MODIFIED),
        false => {
            let contents = if is_live && kind.starts_with("text/html") { live::inject(contents) } else { contents };
            compressed(shared, asked, file, changed, kind, contents, status)
        }
    };
    let caching = if is_live { "no-store" } else { "max-age=600" };
    for (name, value) in [
        (header::ETAG, tag),
        (header::LAST_MODIFIED, httpdate::fmt_http_date(changed)),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn compressed(
    shared: &Shared,
    asked: &HeaderMap,
    file: &Path,
    changed: SystemTime,
    kind: &'static str,
    contents: Vec<u8>,
    status: StatusCode,
) -> Response<Body> {
    if !is_compressible(kind) {
        return with_body(status, kind, contents.into());
    }
    let accepts = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(accepts_gzip);
    let mut response = match accepts {
        false => with_body(status, kind, contents.into()),
        true => {
            let key = (file.to_owned(), changed);
            let known = lock(&shared.compressed).get(&key).cloned();
            let small = known.unwrap_or_else(|| gzip(&contents, Compression::default()).into());
            let mut cache = lock(&shared.compressed);
            if cache.len() >= KEPT {
                cache.clear();
            }
            cache.insert(key, small.clone());
            drop(cache);
            let mut response = with_body(status, kind, small);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// Source: RFC 9110, §12.5.3; a weight of 0 means "not acceptable".
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()) == Some(0.0);
        matches!(name.trim(), "gzip" | "*") && !refused
    })
}

/// `contents` as gzip. Writing to memory cannot fail.
pub(crate) fn gzip(contents: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    let _ = encoder.write_all(contents);
    encoder.finish().unwrap_or_default()
}

fn tag(changed: SystemTime, size_bytes: usize) -> String {
    let since = changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("W/\"{:x}-{size_bytes:x}\"", since.as_nanos())
}

pub(super) fn with_body(status: StatusCode, kind: &'static str, contents: Bytes) -> Response<Body> {
    let mut response = empty(status);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(contents.len()));
    *response.body_mut() = Full::new(contents).boxed_unsync();
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::new()).boxed_unsync());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (header, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1, gzip;q=0.5", true),
            ("*", true),
            ("identity", false),
            ("gzip;q=0", false),
            ("", false),
        ] {
            assert_eq!(accepts_gzip(header), expected, "{header}");
        }
    }
}
