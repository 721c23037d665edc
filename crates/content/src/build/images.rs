//! Images of the post's folder: bitmaps have a size, drawings become markup.

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source, did_you_mean};
use crate::build::svg::{Drawing, sanitize_svg};
use crate::render::{Found, ImageUse};
use crate::sidecar::Image;
use imagesize::ImageType;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The files of a post's folder.
pub trait Folder {
    /// The bytes of a file; nothing if there is none of that name.
    fn read(&self, name: &str) -> Option<Vec<u8>>;
    /// The names of all files, without folders.
    fn names(&self) -> Vec<String>;
}

/// Bytes from which on a bitmap is told to be heavy.
const HEAVY: usize = 300 * 1024;

/// Pixels from which on a bitmap is told to be too wide: four for each of the 672 that a column has.
const WIDE: usize = 4 * 672;

/// Endings of the bitmaps that browsers show, each with what the file must be.
const BITMAPS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// What the images of a post stand for, keyed as the renderer looks them up.
pub(crate) struct Images<'i> {
    pub source: &'i Source<'i>,
    pub path: &'i str,
    pub folder: &'i dyn Folder,
    pub found: Vec<Diagnostic>,
    drawings: BTreeSet<String>,
}

impl<'i> Images<'i> {
    pub(crate) fn new(source: &'i Source<'i>, path: &'i str, folder: &'i dyn Folder) -> Self {
        Images { source, path, folder, found: Vec::new(), drawings: BTreeSet::new() }
    }

    /// Resolves every image that the Markdown shows.
    pub(crate) fn resolve(&mut self, uses: &[Found<ImageUse>]) -> BTreeMap<String, Image> {
        let mut resolved = BTreeMap::new();
        for Found { value: image, range } in uses {
            if image.alt.trim().is_empty() {
                let message = format!("the image `{}` has no description", image.dest);
                let help = "say between the brackets what it shows, for those who cannot see it";
                self.found.push(self.source.warning(codes::IMAGE_ALT, range.clone(), message).with_help(help));
            }
            if let Some(name) = self.file_name(&image.dest, range) {
                let before = resolved.get(&image.dest).cloned();
                if let Some(image_data) = before.or_else(|| self.load(&name, range)) {
                    if matches!(image_data, Image::Drawing { .. }) && !self.drawings.insert(name.clone()) {
                        let message = format!("the drawing `{name}` is shown twice, which would double its ids");
                        self.found.push(self.source.error(codes::IMAGE_TWICE, range.clone(), message));
                    }
                    resolved.insert(image.dest.clone(), image_data);
                }
            }
        }
        resolved
    }

    /// Tells if the front matter's social image is not there or not fit.
    pub(crate) fn check_social(&mut self, name: &str, range: &Range<usize>) {
        match ending(name).as_deref() {
            Some("png" | "jpg" | "jpeg" | "gif" | "webp") => {
                self.load(name, range);
            }
            _ => {
                let message = format!("the social image `{name}` is no bitmap");
                self.found.push(
                    self.source
                        .error(codes::IMAGE_FORMAT, range.clone(), message)
                        .with_help("use a png or jpg of 1200 × 630 pixels"),
                );
            }
        }
    }

    /// The name of a file of the folder, from an image's destination.
    fn file_name(&mut self, dest: &str, range: &Range<usize>) -> Option<String> {
        let name = decode_percent(dest.strip_prefix("./").unwrap_or(dest));
        let has_scheme = dest.split_once(':').is_some_and(|(scheme, _)| {
            scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        });
        let (message, help) = if has_scheme || dest.starts_with("//") {
            (format!("the image `{dest}` is not of this site"), "save it in the post's folder")
        } else if dest.is_empty() {
            ("the image has no file name".to_owned(), "write `![what it shows](file)`")
        } else if name.contains(['/', '\\', '?', '#']) || name.starts_with('.') {
            (format!("the image `{dest}` is not in the post's folder"), "images are named by their file name alone")
        } else {
            return Some(name);
        };
        self.found.push(self.source.error(codes::IMAGE_MISSING, range.clone(), message).with_help(help));
        None
    }

    fn load(&mut self, name: &str, range: &Range<usize>) -> Option<Image> {
        let Some(bytes) = self.folder.read(name) else {
            let names = self.folder.names();
            let images = names
                .iter()
                .map(String::as_str)
                .filter(|name| ending(name).is_some_and(|end| end == "svg" || BITMAPS.contains(&end.as_str())));
            let diagnostic = self.source.error(
                codes::IMAGE_MISSING,
                range.clone(),
                format!("there is no image `{name}` in the post's folder"),
            );
            self.found.push(diagnostic.with_help_if(did_you_mean(name, images)));
            return None;
        };
        match ending(name).as_deref() {
            Some("svg") => self.drawing(name, &bytes),
            Some(end) if BITMAPS.contains(&end) => self.bitmap(name, &bytes, range),
            _ => {
                let message = format!("`{name}` is no image that browsers show");
                let help = "use svg, png, jpg, gif, webp or avif";
                self.found.push(self.source.error(codes::IMAGE_FORMAT, range.clone(), message).with_help(help));
                None
            }
        }
    }

    fn drawing(&mut self, name: &str, bytes: &[u8]) -> Option<Image> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let prefix: String =
            stem.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect();
        let wide = self.sanitize(name, bytes, Drawing::Wide { prefix: &format!("fig-{prefix}-w") });
        let narrow_name = format!("{stem}.narrow.svg");
        let narrow = match self.folder.read(&narrow_name) {
            Some(bytes) => {
                Some(self.sanitize(&narrow_name, &bytes, Drawing::Narrow { prefix: &format!("fig-{prefix}-n") })?)
            }
            None => None,
        };
        Some(Image::Drawing { wide: wide?, narrow })
    }

    fn sanitize(&mut self, name: &str, bytes: &[u8], drawing: Drawing<'_>) -> Option<String> {
        let (markup, mut found) = sanitize_svg(&beside(self.path, name), bytes, drawing);
        self.found.append(&mut found);
        markup
    }

    /// The plate of the home page, if the folder holds one.
    pub(crate) fn plate(&mut self, slug: &str) -> Option<String> {
        let bytes = self.folder.read(PLATE)?;
        self.sanitize(PLATE, &bytes, Drawing::Plate { prefix: &format!("plate-{slug}") })
    }

    fn bitmap(&mut self, name: &str, bytes: &[u8], range: &Range<usize>) -> Option<Image> {
        let kind = imagesize::image_type(bytes).ok();
        let size = imagesize::blob_size(bytes).ok().filter(|size| size.width > 0 && size.height > 0);
        let (Some(kind), Some(size)) = (kind, size) else {
            let message = format!("the size of the image `{name}` cannot be read");
            self.found
                .push(self.source.error(codes::IMAGE_FORMAT, range.clone(), message).with_help("is the file whole?"));
            return None;
        };
        let end = ending(name).unwrap_or_default();
        let is_what_it_says = match &kind {
            ImageType::Png => end == "png",
            ImageType::Jpeg => matches!(end.as_str(), "jpg" | "jpeg"),
            ImageType::Gif => end == "gif",
            ImageType::Webp => end == "webp",
            ImageType::Heif(imagesize::Compression::Av1 | imagesize::Compression::Unknown) => end == "avif",
            _ => false,
        };
        if !is_what_it_says {
            let message = format!("the image `{name}` is not what its ending says");
            self.found.push(self.source.error(codes::IMAGE_FORMAT, range.clone(), message));
            return None;
        }
        if bytes.len() > HEAVY {
            let message = format!("the image `{name}` has {} KB", bytes.len() / 1024);
            let help =
                format!("above {} KB a page loads slowly; make it smaller or save it as webp or avif", HEAVY / 1024);
            self.found.push(self.source.warning(codes::IMAGE_WEIGHT, range.clone(), message).with_help(help));
        }
        if size.width > WIDE {
            let message = format!("the image `{name}` is {} × {} pixels", size.width, size.height);
            let help =
                format!("the column has 672: more than {WIDE} in width nobody sees, and every reader loads them");
            self.found.push(self.source.warning(codes::IMAGE_WEIGHT, range.clone(), message).with_help(help));
        }
        Some(Image::Bitmap(u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
    }
}

/// The file name of a post's plate.
pub(crate) const PLATE: &str = "plate.svg";

/// The path of a file in the folder of `path`.
fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

fn ending(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())
}

/// `two%20words.png` → `two words.png`; what is no such code stays.
pub fn decode_percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = (first == b'%').then(|| tail.get(..2)).flatten().filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        match code.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests;
