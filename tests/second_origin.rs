//! Another site in place of the hub: it redirects to a third, which has the files, as hubs do.

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Map, Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Bytes that are sent at once.
const PART: usize = 1 << 16;

/// A hub and its store of files. Both end when this is dropped.
pub struct SecondOrigin {
    hub: SocketAddr,
    store: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    conduct: Mutex<Conduct>,
    asked: Mutex<Vec<Asked>>,
}

/// How the store sends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conduct {
    /// It breaks each connection after so many bytes of a file.
    pub break_after: Option<usize>,
    /// It waits so long after each 64 KB.
    pub pause: Duration,
    /// It packs what it sends, as hard as this says (0: not at all, which makes it larger), though nobody asked.
    pub packs: Option<u32>,
    /// Pages of other sites may see that it does.
    pub shows_packing: bool,
    /// It sends other bytes than the file's.
    pub is_damaging: bool,
    /// It has ended, and answers no more.
    pub is_over: bool,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `GET`, or `OPTIONS` where a browser asks for leave.
    pub method: String,
    /// Its path, as the hub has it.
    pub path: String,
    /// Whether the store was asked, and not the hub.
    pub is_at_store: bool,
    /// The first byte that was asked for.
    pub from: usize,
}

impl SecondOrigin {
    /// Serves the files of a folder: whatever the path, its last part is the file's name.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn serve(folder: PathBuf) -> Result<Self> {
        let shared = Arc::new(Shared { folder, conduct: Mutex::default(), asked: Mutex::default() });
        let store = listen(shared.clone(), None)?;
        let hub = listen(shared.clone(), Some(store))?;
        Ok(Self { hub, store, shared })
    }

    /// Both, as a policy names them; the hub first.
    pub fn origins(&self) -> [String; 2] {
        [self.hub, self.store].map(|address| format!("http://{address}"))
    }

    /// The address of a path at the hub.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.hub)
    }

    /// All requests so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }

    /// Empties the list of requests.
    pub fn forget(&self) {
        lock(&self.shared.asked).clear();
    }

    /// From now on it sends so.
    pub fn conduct(&self, conduct: Conduct) {
        *lock(&self.shared.conduct) = conduct;
    }
}

impl Drop for SecondOrigin {
    fn drop(&mut self) {
        self.conduct(Conduct { is_over: true, ..Conduct::default() });
        // What waits for a connection notices with the next.
        for address in [self.hub, self.store] {
            let _ = TcpStream::connect(address);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers on a free port: with a redirect to `store`, or with files.
fn listen(shared: Arc<Shared>, store: Option<SocketAddr>) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            if lock(&shared.conduct).is_over {
                break;
            }
            let shared = shared.clone();
            // A connection that ends badly is the browser's right, and what a test may ask for.
            thread::spawn(move || shared.answer(stream, store));
        }
    });
    Ok(address)
}

impl Shared {
    fn answer(&self, mut stream: TcpStream, store: Option<SocketAddr>) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut from = None;
        for line in lines {
            let line = line?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(range) = line.strip_prefix("range: bytes=") {
                from = range.split('-').next().and_then(|from| from.parse().ok());
            }
        }
        let asked = Asked { method, path, is_at_store: store.is_none(), from: from.unwrap_or(0) };
        let (method, path) = (asked.method.clone(), asked.path.clone());
        lock(&self.asked).push(asked);
        const SHARED: &str = "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: ETag, Content-Range\r\n\
                              Connection: close\r\n";
        const PACKED: &str = "Content-Encoding: gzip\r\n";
        const SHOWN: &str = "Content-Encoding: gzip\r\nAccess-Control-Expose-Headers: Content-Encoding\r\n";
        if method != "GET" {
            return write!(stream, "HTTP/1.1 405 Method Not Allowed\r\n{SHARED}Content-Length: 0\r\n\r\n");
        }
        if let Some(store) = store {
            return write!(
                stream,
                "HTTP/1.1 302 Found\r\n{SHARED}Location: http://{store}{path}\r\nContent-Length: 0\r\n\r\n"
            );
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let Ok(mut bytes) = fs::read(self.folder.join(name)) else {
            return write!(stream, "HTTP/1.1 404 Not Found\r\n{SHARED}Content-Length: 0\r\n\r\n");
        };
        if lock(&self.conduct).is_damaging
            && let Some(last) = bytes.last_mut()
        {
            *last ^= 1;
        }
        let Conduct { packs, shows_packing, .. } = *lock(&self.conduct);
        if let Some(level) = packs {
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(level));
            packer.write_all(&bytes)?;
            bytes = packer.finish()?;
        }
        let coding = packs.map_or("", |_| if shows_packing { SHOWN } else { PACKED });
        let total = bytes.len();
        let start = from.unwrap_or(0).min(total);
        let status = match from {
            Some(_) => {
                format!("206 Partial Content\r\nContent-Range: bytes {start}-{}/{total}", total.saturating_sub(1))
            }
            None => "200 OK".to_owned(),
        };
        let rest = &bytes[start..];
        write!(
            stream,
            "HTTP/1.1 {status}\r\n{SHARED}{coding}ETag: \"{total}\"\r\nContent-Type: application/octet-stream\r\n\
             Content-Length: {}\r\n\r\n",
            rest.len()
        )?;
        for (part_idx, part) in rest.chunks(PART).enumerate() {
            let Conduct { break_after, pause, is_over, .. } = *lock(&self.conduct);
            if is_over || break_after.is_some_and(|most| part_idx * PART >= most) {
                return stream.shutdown(std::net::Shutdown::Both);
            }
            stream.write_all(part)?;
            thread::sleep(pause);
        }
        Ok(())
    }
}

/// Writes the three files of a model of Pythia-14M's shape into a folder: random weights in half precision, and the
/// vocabulary of the pocket model, which takes the first rows of its tables.
///
/// # Errors
/// As of the file system.
pub fn write_model(folder: &Path) -> Result<()> {
    const LAYERS: usize = 6;
    const WIDTH: usize = 128;
    const HIDDEN: usize = 4 * WIDTH;
    const VOCABULARY: usize = 50304;
    let pocket = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/pocket");
    let mut config: Value = serde_json::from_slice(&fs::read(pocket.join("config.json"))?)?;
    for (key, value) in [("num_hidden_layers", LAYERS), ("vocab_size", VOCABULARY), ("max_position_embeddings", 512)] {
        config[key] = value.into();
    }
    fs::write(folder.join("config.json"), config.to_string())?;
    fs::copy(pocket.join("tokenizer.json"), folder.join("tokenizer.json"))?;

    let mut shapes = vec![("gpt_neox.embed_in".to_owned(), vec![VOCABULARY, WIDTH])];
    for layer in 0..LAYERS {
        let part = |name: &str, shape: &[usize]| (format!("gpt_neox.layers.{layer}.{name}"), shape.to_vec());
        shapes.extend([
            part("input_layernorm", &[WIDTH]),
            part("post_attention_layernorm", &[WIDTH]),
            part("attention.query_key_value", &[3 * WIDTH, WIDTH]),
            part("attention.dense", &[WIDTH, WIDTH]),
            part("mlp.dense_h_to_4h", &[HIDDEN, WIDTH]),
            part("mlp.dense_4h_to_h", &[WIDTH, HIDDEN]),
        ]);
    }
    shapes.extend([
        ("gpt_neox.final_layer_norm".to_owned(), vec![WIDTH]),
        ("embed_out".to_owned(), vec![VOCABULARY, WIDTH]),
    ]);
    let (mut header, mut bytes, mut state) = (Map::new(), Vec::new(), 1_u32);
    let mut add = |name: String, shape: &[usize], next: &mut dyn FnMut() -> u16| {
        let begin = bytes.len();
        for _ in 0..shape.iter().product() {
            bytes.extend(next().to_le_bytes());
        }
        header.insert(name, json!({ "dtype": "F16", "shape": shape, "data_offsets": [begin, bytes.len()] }));
    };
    // Marsaglia's xorshift gives sign and fraction; the exponent makes it 1/64 to 1/32.
    let mut random = || {
        for shift in [13, -17, 5] {
            state ^= if shift > 0 { state << shift } else { state >> -shift };
        }
        (state as u16 & 0x83ff) | 0x2400
    };
    for (name, shape) in &shapes {
        let is_norm = shape.len() == 1;
        match is_norm {
            true => add(format!("{name}.weight"), shape, &mut || 0x3c00),
            false => add(format!("{name}.weight"), shape, &mut random),
        }
        if shape[0] != VOCABULARY {
            add(format!("{name}.bias"), &shape[..1], &mut || 0);
        }
    }
    let header = Value::Object(header).to_string();
    let length = (header.len() as u64).to_le_bytes();
    fs::write(folder.join("model.safetensors"), [&length, header.as_bytes(), &bytes].concat())?;
    Ok(())
}
