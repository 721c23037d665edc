//! Zola's shortcodes.

use super::tags::Tag;
use super::{Args, Expander};

impl Expander<'_, '_> {
    pub(super) fn zola(&mut self, tag: &Tag) {
        if let Some(literal) = &tag.literal {
            return self.replace(tag.range.clone(), literal.clone());
        }
        let args = Args::parse(&tag.args);
        match tag.name.as_str() {
            "end" => self.remove(&tag.range),
            "figure" | "image" | "img" | "resize_image" => {
                if !self.figure(tag, &args) {
                    self.leave_out(tag, None);
                }
            }
            name => self.leave_out(tag, address(name, args.first(&["id", "url"]).unwrap_or_default())),
        }
    }
}

/// What to write instead of what embeds another site.
pub(super) fn address(name: &str, id: &str) -> Option<String> {
    let address = match name {
        "youtube" => format!("https://www.youtube.com/watch?v={id}"),
        "vimeo" => format!("https://vimeo.com/{id}"),
        _ if id.starts_with("https://") => id.to_owned(),
        _ => return None,
    };
    (!id.is_empty()).then(|| format!("write a link: {address}"))
}
