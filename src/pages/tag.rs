//! The posts of one tag.

use super::{
    post_list,
    tags::{self, Here},
};
use crate::{head::tag_name, html::html};
use content::{manifest::PostMeta, slug::slugify};

/// `/tags/<tag>/`
pub fn write(out: &mut String, tag: &str, posts: &[PostMeta], base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">" (sentence(&tag_name(tag, posts))) "</h1>"
    );
    tags::write_nav(out, posts, Here::Tag(tag), base);
    html!(out, "</div></div>");
    post_list::write(out, posts.iter().filter(|post| post.tags.iter().any(|name| slugify(name) == tag)), base);
}

/// The tag with a capital, as a heading.
fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
