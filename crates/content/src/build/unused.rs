//! Files of a post's folder that nothing leads to.

use super::images::{PLATE, decode_percent};
use super::{Diagnostic, Post, Source, codes};
use crate::render::{Target, target};
use std::collections::BTreeSet;

/// Tells each file that the post neither shows nor links to: no reader would come to it, yet it would be published.
pub fn unused_files(post: &Post) -> Vec<Diagnostic> {
    let mut used: BTreeSet<String> = [PLATE.to_owned()].into();
    used.extend(post.meta.image.clone());
    for dest in post.resolved.images.keys() {
        let name = decode_percent(dest.strip_prefix("./").unwrap_or(dest));
        if let Some(stem) = name.strip_suffix(".svg") {
            used.insert(format!("{stem}.narrow.svg"));
        }
        used.insert(name);
    }
    for (link, _) in &post.links {
        if let Target::Local { path, .. } = target(link, &post.meta.slug) {
            used.extend(path.strip_prefix(&post.meta.path()).map(decode_percent));
        }
    }
    let source = Source::new(&post.path, &post.markdown);
    let tell = |name: &String| {
        let message = format!("the post neither shows nor links to the file `{name}`");
        source.warning(codes::FILE_UNUSED, 0..0, message).with_help("use it, or delete it: it would be published")
    };
    post.files.iter().filter(|name| !used.contains(*name)).map(tell).collect()
}
