//! No such page: says so, and names the posts whose address is nearest to what was asked for.

use crate::html::html;
use content::{sidecar::PostLink, suggest};

/// How many posts are suggested.
const SUGGESTIONS: usize = 3;

/// Any other address. `asked` is its path.
pub fn write(out: &mut String, asked: &str, posts: &[PostLink], base: &str) {
    html!(
        out,
        "<div class=\"page prose\"><header class=\"title wide\"><h1 tabindex=\"-1\">Page not found</h1>\
         <p>There is no page at this address. It may have moved, or the link may hold a slip of the pen.</p></header>"
    );
    let name = asked.trim_end_matches('/').rsplit('/').next().unwrap_or_default().trim_end_matches(".html");
    let mut nearest = suggest::rank(name, posts.iter().map(|post| post.slug.as_str()));
    nearest.truncate(SUGGESTIONS);
    if !nearest.is_empty() {
        html!(out, "<p>Perhaps you were looking for</p><ul class=\"nearest\">");
        for post in nearest.iter().filter_map(|(_, slug)| posts.iter().find(|post| post.slug == *slug)) {
            html!(out, "<li><a href=\"" (base) "/posts/" (post.slug) "/\">" (post.title) "</a></li>");
        }
        html!(out, "</ul>");
    }
    html!(out, "<p><a href=\"" (base) "/\">All articles</a></p></div>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_post_is_suggested_first() {
        let post = |slug: &str| PostLink { slug: slug.to_owned(), title: slug.to_uppercase() };
        let posts = ["dualpath", "scaling-laws", "ppo-and-grpo", "feel-the-agi"].map(post);
        let mut out = String::new();
        write(&mut out, "/posts/scalling-law/", &posts, "/repo");
        let first = out.split("<li>").nth(1).unwrap();
        assert_eq!(first, "<a href=\"/repo/posts/scaling-laws/\">SCALING-LAWS</a></li>");
        assert_eq!(out.matches("<li>").count(), SUGGESTIONS);
    }
}
