//! What the blog is.

/// `/about/`
pub fn write(out: &mut String) {
    out.push_str(include_str!("about.html"));
}
