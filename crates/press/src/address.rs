//! Where the site will stand: origin and base path, and every link made of them.

use anyhow::{Result, bail};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must be escaped in an address and cannot be escaped already: all but ASCII is, too.
const PLAIN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'|').add(b'\\').add(b'^');

/// `https://example.org` and `/repo`: both without a trailing slash, the base possibly empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    origin: String,
    base: String,
}

impl Address {
    /// Checks and normalizes what the author or the hosting service says.
    ///
    /// # Errors
    /// An origin that is not `http(s)://host[:port]`, or a base path that would need escaping in a URL.
    pub fn new(origin: &str, base: &str) -> Result<Self> {
        let origin = origin.trim().trim_end_matches('/');
        let Some(host) = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) else {
            bail!("the origin `{origin}` must begin with https:// or http://");
        };
        if let Some((host, path)) = host.split_once('/') {
            bail!("the origin `{origin}` must end after `{host}`; give `/{path}` as the base path");
        }
        if host.is_empty() || host.contains(|c: char| !c.is_ascii_alphanumeric() && !".-:[]".contains(c)) {
            bail!("the origin `{origin}` holds no valid host name");
        }
        let base = base.trim().trim_matches('/');
        if base.split('/').any(|part| part.is_empty() && !base.is_empty() || part == "." || part == "..")
            || base.contains(|c: char| !c.is_ascii_alphanumeric() && !"/-._~".contains(c))
        {
            bail!(
                "the base path `{base}` must look like `/repo/`: letters, digits, `-`, `.`, `_`, `~` between slashes"
            );
        }
        let base = if base.is_empty() { String::new() } else { format!("/{base}") };
        Ok(Self { origin: origin.to_owned(), base })
    }

    /// `""` or `"/repo"`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A path under the base as a page of the site links to it: `/tags/` → `/repo/tags/`.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The same with the origin, for readers who are elsewhere.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{}", self.origin, self.base, utf8_percent_encode(path, PLAIN))
    }

    /// A link of the page at `page` (a path under the base) as one that works anywhere.
    ///
    /// Source: RFC 3986, §5.2, for the references that a page can hold.
    pub fn absolute(&self, page: &str, link: &str) -> String {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        if link.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_scheme)) {
            return link.to_owned();
        }
        if let Some(elsewhere) = link.strip_prefix("//") {
            let scheme = self.origin.split("//").next().unwrap_or_default();
            return format!("{scheme}//{elsewhere}");
        }
        if link.is_empty() || link.starts_with(['#', '?']) {
            return format!("{}{link}", self.url(page));
        }
        let (path, rest) = link.split_at(link.find(['?', '#']).unwrap_or(link.len()));
        let folder = &page[..page.rfind('/').map_or(0, |at| at + 1)];
        let path = if path.starts_with('/') { path.to_owned() } else { format!("{}{folder}{path}", self.base) };
        let rest = utf8_percent_encode(rest, PLAIN);
        format!("{}{}{rest}", self.origin, utf8_percent_encode(&without_dots(&path), PLAIN))
    }
}

/// Takes `.` and `..` out of an absolute path. Source: RFC 3986, §5.2.4.
pub(crate) fn without_dots(path: &str) -> String {
    // Almost all paths have none.
    if path.starts_with('/') && !path.starts_with("//") && !path.contains("/.") {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let folder = path.ends_with("/.") || path.ends_with("/..");
    format!("/{}{}", parts.join("/"), if folder && !parts.is_empty() { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repo() -> Address {
        Address::new("https://example.org", "/repo/").unwrap()
    }

    #[test]
    fn any_spelling_of_the_base_gives_one() {
        for (given, base) in
            [("", ""), ("/", ""), ("repo", "/repo"), ("/repo", "/repo"), ("/repo/", "/repo"), ("a/b/", "/a/b")]
        {
            assert_eq!(Address::new("http://localhost:8080/", given).unwrap().base(), base, "{given}");
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_with_a_way_on() {
        let message = Address::new("https://me.example/repo", "").unwrap_err().to_string();
        assert_eq!(
            message,
            "the origin `https://me.example/repo` must end after `me.example`; give `/repo` as the base path"
        );
        for (origin, base) in [
            ("example.org", ""),
            ("https://", ""),
            ("https://a b", ""),
            ("https://a", "/x y"),
            ("https://a", "/../x"),
            ("https://a", "a//b"),
        ] {
            assert!(Address::new(origin, base).is_err(), "{origin} {base}");
        }
    }

    /// The last six: RFC 3986, §5.4, transferred to this page.
    #[test]
    fn links_become_absolute() {
        let cases = [
            ("https://arxiv.org/abs/1", "https://arxiv.org/abs/1"),
            ("mailto:a@b.c", "mailto:a@b.c"),
            ("data:image/png;base64,AA==", "data:image/png;base64,AA=="),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("/repo/posts/y/#z", "https://example.org/repo/posts/y/#z"),
            ("#fn-1", "https://example.org/repo/posts/x/#fn-1"),
            ("g", "https://example.org/repo/posts/x/g"),
            ("./g?y/../x", "https://example.org/repo/posts/x/g?y/../x"),
            ("../g#s/../x", "https://example.org/repo/posts/g#s/../x"),
            ("../../../../g", "https://example.org/g"),
            ("..", "https://example.org/repo/posts/"),
            ("", "https://example.org/repo/posts/x/"),
            ("größe a.png#ü", "https://example.org/repo/posts/x/gr%C3%B6%C3%9Fe%20a.png#%C3%BC"),
            ("a%20b.png", "https://example.org/repo/posts/x/a%20b.png"),
        ];
        for (link, expected) in cases {
            assert_eq!(repo().absolute("/posts/x/", link), expected, "{link}");
        }
    }
}
