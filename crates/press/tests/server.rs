//! The server, over a socket, as a browser meets it.
#![allow(clippy::unwrap_used)]

use flate2::read::GzDecoder;
use press::server::{Fault, Options, Server, announce};
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        })
    }
}

fn ask(server: &Server, method: &str, path: &str, headers: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut bytes = Vec::new();
    // An answer that breaks off is as much as has come.
    let _ = stream.read_to_end(&mut bytes);
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer { status, head, body: bytes[at + 4..].to_vec() })
}

fn get(server: &Server, path: &str) -> Answer {
    ask(server, "GET", path, "").unwrap()
}

fn site(dir: &Path) {
    for (name, text) in [
        ("index.html", "<body>home</body>"),
        ("404.html", "<body>not found</body>"),
        ("posts/x/index.html", "<body>x</body>"),
        ("posts/x/index.md", "# x"),
        ("posts/x/post.json", "{}"),
        ("a.wasm", "wasm wasm wasm wasm wasm wasm wasm wasm"),
        ("fonts/t.woff2", "font"),
        ("atom.xml", "<feed/>"),
    ] {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), text).unwrap();
    }
}

#[test]
fn it_answers_as_a_static_host_does() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    for base in ["", "/repo"] {
        let server = Server::start(dir.path(), base, 0).unwrap();
        let types = [
            ("/", "text/html; charset=utf-8"),
            ("/posts/x/", "text/html; charset=utf-8"),
            ("/posts/x/index.md", "text/markdown; charset=utf-8"),
            ("/posts/x/post.json", "application/json; charset=utf-8"),
            ("/a.wasm", "application/wasm"),
            ("/fonts/t.woff2", "font/woff2"),
            ("/atom.xml", "application/xml"),
        ];
        for (path, kind) in types {
            let answer = get(&server, &format!("{base}{path}"));
            assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
            assert_eq!(answer.header("cache-control"), Some("max-age=600"));
            assert_eq!(answer.header("content-encoding"), None, "nobody asked for it");
        }
        let redirect = get(&server, &format!("{base}/posts/x?a=b"));
        assert_eq!(
            (redirect.status, redirect.header("location")),
            (301, Some(format!("{base}/posts/x/?a=b").as_str()))
        );
        let missing = get(&server, &format!("{base}/no/such/page"));
        assert_eq!((missing.status, missing.body.as_slice()), (404, b"<body>not found</body>".as_slice()));
        assert_eq!(ask(&server, "POST", &format!("{base}/"), "Content-Length: 0\r\n").unwrap().status, 405);
    }
    let server = Server::start(dir.path(), "/repo", 0).unwrap();
    assert_eq!(get(&server, "/repo").header("location"), Some("/repo/"));
    assert_eq!(get(&server, "/").status, 404);
    assert_eq!(server.url("/tags/"), format!("http://{}/repo/tags/", server.address()));
}

#[test]
fn what_compresses_is_compressed_for_those_who_ask() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let server = Server::start(dir.path(), "", 0).unwrap();
    for _first_then_cached in 0..2 {
        let answer = ask(&server, "GET", "/a.wasm", "Accept-Encoding: gzip, br\r\n").unwrap();
        assert_eq!((answer.header("content-encoding"), answer.header("vary")), (Some("gzip"), Some("Accept-Encoding")));
        let mut text = String::new();
        GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "wasm wasm wasm wasm wasm wasm wasm wasm");
    }
    let font = ask(&server, "GET", "/fonts/t.woff2", "Accept-Encoding: gzip\r\n").unwrap();
    assert_eq!((font.header("content-encoding"), font.body.as_slice()), (None, b"font".as_slice()));
}

#[test]
fn a_known_file_is_not_sent_again_and_head_sends_no_body() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let server = Server::start(dir.path(), "", 0).unwrap();
    let tag = get(&server, "/").header("etag").unwrap().to_owned();
    let again = ask(&server, "GET", "/", &format!("If-None-Match: {tag}\r\n")).unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
    fs::write(dir.path().join("index.html"), "<body>changed</body>").unwrap();
    assert_eq!(ask(&server, "GET", "/", &format!("If-None-Match: {tag}\r\n")).unwrap().status, 200);
    let head = ask(&server, "HEAD", "/", "").unwrap();
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("20"), 0));
}

#[test]
fn the_log_tells_what_was_asked_and_faults_are_met_until_healed() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let server = Server::start(dir.path(), "", 0).unwrap();
    server.fault("/posts/*", Fault::Status(503));
    server.fault("/a.wasm", Fault::Missing);
    server.fault("/atom.xml", Fault::Break);
    server.fault("/", Fault::Delay(Duration::from_millis(80)));
    assert_eq!(get(&server, "/posts/x/post.json").status, 503);
    assert_eq!(get(&server, "/a.wasm").status, 404);
    assert!(ask(&server, "GET", "/atom.xml", "").is_none(), "the connection ends without an answer");
    let began = Instant::now();
    assert_eq!(get(&server, "/").status, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
    let log: Vec<_> =
        server.requests().into_iter().map(|request| (request.method, request.path, request.status)).collect();
    let expected = [("/posts/x/post.json", 503), ("/a.wasm", 404), ("/atom.xml", 0), ("/", 200)];
    assert_eq!(log, expected.map(|(path, status)| ("GET".to_owned(), path.to_owned(), status)));
    server.heal();
    server.forget_requests();
    assert_eq!(get(&server, "/atom.xml").status, 200);
    assert_eq!(server.requests().len(), 1);
    server.fault("/a.wasm", Fault::Cut);
    let half = get(&server, "/a.wasm");
    assert_eq!((half.status, half.header("content-length"), half.body.len()), (200, Some("39"), 19));
}

#[test]
fn a_folder_swapped_for_another_is_served_at_once() {
    let home = tempfile::tempdir().unwrap();
    let dist = home.path().join("dist");
    site(&dist);
    let server = Server::start(&dist, "", 0).unwrap();
    assert_eq!(get(&server, "/").body, b"<body>home</body>");
    fs::rename(&dist, home.path().join("old")).unwrap();
    site(&dist);
    fs::write(dist.join("index.html"), "<body>new</body>").unwrap();
    assert_eq!(get(&server, "/").body, b"<body>new</body>");
}

#[test]
fn open_pages_hear_of_builds() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let state = dir.path().join("state/live");
    announce(&state, Ok(())).unwrap();
    let options = Options { dir: dir.path().to_owned(), live: Some(state.clone()), ..Options::default() };
    let server = Server::with(options).unwrap();
    let page = get(&server, "/");
    assert_eq!(String::from_utf8(page.body).unwrap(), "<body>home<script src=\"/__live.js\" defer></script>\n</body>");
    assert!(get(&server, "/__live.js").body.len() > 100);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "GET /__live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    read_until(&mut stream, "event: built");
    announce(&state, Err("posts/x/index.md:3:1: error: unknown key\nsecond line")).unwrap();
    read_until(&mut stream, "event: failed\ndata: posts/x/index.md:3:1: error: unknown key\ndata: second line\n\n");
}

fn read_until(stream: &mut TcpStream, expected: &str) {
    let (mut seen, mut buffer) = (String::new(), [0; 512]);
    while !seen.contains(expected) {
        let n_bytes = stream.read(&mut buffer).unwrap();
        assert_ne!(n_bytes, 0, "the stream ended after {seen}");
        seen.push_str(std::str::from_utf8(&buffer[..n_bytes]).unwrap());
    }
}

#[test]
fn without_live_reload_pages_are_served_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let server = Server::start(dir.path(), "", 0).unwrap();
    assert_eq!(get(&server, "/").body, b"<body>home</body>");
    assert_eq!(get(&server, "/__live").status, 404);
}

#[test]
fn what_cannot_be_served_is_said_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let first = Server::start(dir.path(), "", 0).unwrap();
    let port = first.address().port();
    let message = Server::start(dir.path(), "", port).unwrap_err().to_string();
    assert_eq!(message, format!("port {port} cannot be used (is another server running?); choose another with --port"));
    let message = Server::start(&dir.path().join("none"), "", 0).unwrap_err().to_string();
    assert!(message.starts_with("there is no folder"), "{message}");
}
