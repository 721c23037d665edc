//! What a tab pretends to be.

/// A tab's window and reader.
#[derive(Clone, Debug)]
pub struct View {
    /// Of the viewport, in CSS pixels.
    pub width: u32,
    /// Of the viewport, in CSS pixels.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// The system asks for dark pages.
    pub dark: bool,
    /// The system asks for reduced motion.
    pub still: bool,
    /// JavaScript is on.
    pub scripts: bool,
    /// How many times slower the processor is.
    pub slower: f64,
    /// The network's speed; unlimited if absent.
    pub connection: Option<Connection>,
    /// Runs in each document before its own scripts.
    pub before: String,
}

/// A network connection.
#[derive(Clone, Copy, Debug)]
pub struct Connection {
    /// Bytes per second, both ways.
    pub bytes_per_s: f64,
    /// Round trip.
    pub latency_ms: f64,
}

impl Connection {
    /// A slow mobile connection: 1.6 Mbit/s, 150 ms.
    pub const SLOW: Self = Self { bytes_per_s: 200_000.0, latency_ms: 150.0 };
}

impl Default for View {
    fn default() -> Self {
        Self {
            width: 1440,
            height: 900,
            scale: 1.0,
            dark: false,
            still: false,
            scripts: true,
            slower: 1.0,
            connection: None,
            before: String::new(),
        }
    }
}

impl View {
    /// A phone upright.
    pub fn phone() -> Self {
        Self { width: 390, height: 844, ..Self::default() }
    }

    /// The narrowest window that is promised to work: 320 px, or 1280 px at 400 % zoom.
    pub fn narrow() -> Self {
        Self { width: 320, height: 640, ..Self::default() }
    }

    /// The same with JavaScript off.
    pub fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    /// The same with a script that runs before a page's own.
    pub fn with_script_before(self, script: &str) -> Self {
        Self { before: script.to_owned(), ..self }
    }
}
