//! Where a destination leads.

/// What a link's or an image's destination means on a post's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target<'d> {
    /// Another site: `http`, `https`, or `//host`.
    External(&'d str),
    /// `mailto:` or `tel:`.
    Contact(&'d str),
    /// A place of the same page: the fragment without `#`.
    Fragment(&'d str),
    /// A page or a file of this site.
    Local {
        /// Its path under the base, `/posts/<slug>/` for a post, not decoded.
        path: String,
        /// What follows: a query, a fragment with its `#`, both, or nothing.
        suffix: &'d str,
    },
    /// A scheme that never gets into the page: `javascript:`, `data:`, `file:` …
    Refused,
}

/// Resolves a destination as written in the post `slug`.
///
/// The Markdown lies at `posts/<slug>/index.md`: `../other/index.md#a`, `../other/` and
/// `/posts/other` are all `/posts/other/`, and `x.csv` is `/posts/<slug>/x.csv`.
pub fn target<'d>(dest: &'d str, slug: &str) -> Target<'d> {
    if let Some(fragment) = dest.strip_prefix('#') {
        return Target::Fragment(fragment);
    }
    if let Some(scheme) = scheme(dest) {
        let is = |names: &[&str]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
        return match () {
            () if is(&["http", "https"]) => Target::External(dest),
            () if is(&["mailto", "tel"]) => Target::Contact(dest),
            () => Target::Refused,
        };
    }
    if dest.starts_with("//") {
        return Target::External(dest);
    }
    let (path, suffix) = dest.split_at(dest.find(['?', '#']).unwrap_or(dest.len()));
    Target::Local { path: local(path, slug), suffix }
}

/// What stands before the first `:` if browsers take it for a scheme. They pass over white space
/// and control characters, so these count as parts of a scheme here.
fn scheme(dest: &str) -> Option<&str> {
    let (scheme, _) = dest.split_once(':')?;
    let scheme = scheme.trim_start_matches(|c: char| c <= ' ');
    let mut chars = scheme.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    let well_formed = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    well_formed.then_some(scheme)
}

fn local(path: &str, slug: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { vec!["posts", slug] };
    let mut is_folder = path.is_empty() || path.ends_with('/');
    for part in path.split('/') {
        match part {
            "" => {}
            "." | ".." => {
                if part == ".." {
                    parts.pop();
                }
                is_folder |= path.ends_with(part);
            }
            part => parts.push(part),
        }
    }
    if parts.last().is_some_and(|last| *last == "index.md") {
        parts.pop();
        is_folder = true;
    }
    // Pages are folders; a name without an extension outside the post's own folder is a page.
    let own = parts.starts_with(&["posts", slug]) && parts.len() > 2;
    is_folder |= !own && parts.last().is_some_and(|last| !last.contains('.'));
    let mut local = String::from("/");
    for (part_idx, part) in parts.iter().enumerate() {
        if part_idx > 0 {
            local.push('/');
        }
        local.push_str(part);
    }
    if is_folder && !parts.is_empty() {
        local.push('/');
    }
    local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_posts_are_pages() {
        for (dest, path, suffix) in [
            ("../rope/index.md#a", "/posts/rope/", "#a"),
            ("../rope/", "/posts/rope/", ""),
            ("../rope", "/posts/rope/", ""),
            ("/posts/rope/", "/posts/rope/", ""),
            ("/posts/rope?q#a", "/posts/rope/", "?q#a"),
            ("../../about/", "/about/", ""),
            ("../../../../", "/", ""),
            ("..", "/posts/", ""),
            ("/", "/", ""),
            ("index.md#x", "/posts/me/", "#x"),
            ("", "/posts/me/", ""),
            ("?a", "/posts/me/", "?a"),
            (".", "/posts/me/", ""),
            ("./data.csv", "/posts/me/data.csv", ""),
            ("data/LICENSE", "/posts/me/data/LICENSE", ""),
            ("../rope/rope.py", "/posts/rope/rope.py", ""),
            ("/atom.xml", "/atom.xml", ""),
            ("a b:c", "/posts/me/a b:c", ""),
            ("/x:y", "/x:y/", ""),
        ] {
            assert_eq!(target(dest, "me"), Target::Local { path: path.to_owned(), suffix }, "{dest}");
        }
    }

    #[test]
    fn schemes_are_told_apart() {
        assert_eq!(target("https://a.b/c", "me"), Target::External("https://a.b/c"));
        assert_eq!(target("HTTP://a.b", "me"), Target::External("HTTP://a.b"));
        assert_eq!(target("//a.b/c", "me"), Target::External("//a.b/c"));
        assert_eq!(target("mailto:a@b.c", "me"), Target::Contact("mailto:a@b.c"));
        assert_eq!(target("#a:b", "me"), Target::Fragment("a:b"));
    }

    /// The disguises of OWASP's "XSS Filter Evasion Cheat Sheet" that concern an address.
    #[test]
    fn dangerous_schemes_are_refused_in_any_disguise() {
        for dest in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " \u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript\r:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:x",
        ] {
            assert_eq!(target(dest, "me"), Target::Refused, "{dest:?}");
        }
    }
}
