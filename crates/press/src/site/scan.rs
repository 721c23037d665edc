//! The start tags of a page, in their order. Source: HTML Standard, §13.2.5, "Tokenization", as far as pages of our own
//! writing need it; a rewriter of any HTML takes ten times as long, and a large blog has ten thousand pages.

use memchr::{memchr, memchr3};

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'h> {
    /// Its name, as written.
    pub name: &'h str,
    /// What stands behind the name, up to the `>`.
    inside: &'h str,
    /// The text of an element that holds no markup, such as `script`; empty for others.
    pub text: &'h str,
}

/// Elements whose content is text, whatever it looks like.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Hands every start tag to `take`.
///
/// # Errors
/// Where the page ends inside a tag, comment or raw text: the byte at which that begins.
pub fn scan<'h>(html: &'h str, mut take: impl FnMut(Tag<'h>)) -> Result<(), usize> {
    let mut at = 0;
    while let Some(open) = memchr(b'<', &html.as_bytes()[at..]).map(|open| at + open) {
        let rest = &html[open + 1..];
        let end = |mark: &str| rest.find(mark).map(|end| open + 1 + end + mark.len()).ok_or(open);
        at = match rest.as_bytes().first() {
            Some(b'!') if rest.starts_with("!--") => end("-->")?,
            Some(b'!' | b'?' | b'/') => end(">")?,
            Some(first) if first.is_ascii_alphabetic() => {
                let inside = inside(rest).ok_or(open)?;
                let ends_name = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/');
                let n_name = inside.bytes().position(ends_name).unwrap_or(inside.len());
                let (name, attributes) = inside.split_at(n_name);
                let behind = open + 1 + inside.len() + 1;
                let text = match RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                    true => raw_text(&html[behind..], name).ok_or(open)?,
                    false => "",
                };
                take(Tag { name, inside: attributes, text });
                behind + text.len()
            }
            // A sign of its own.
            _ => open + 1,
        };
    }
    Ok(())
}

/// Up to the `>` that ends the tag: one in a quoted value does not.
fn inside(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        let mark = bytes[at];
        if mark == b'>' {
            return Some(&rest[..at]);
        }
        // A quotation mark opens a value behind the sign of equality alone.
        let opens = bytes[..at].iter().rfind(|byte| !byte.is_ascii_whitespace()) == Some(&b'=');
        at += 1;
        if opens {
            at += memchr(mark, &bytes[at..])? + 1;
        }
    }
}

fn raw_text<'h>(behind: &'h str, name: &str) -> Option<&'h str> {
    let mut ends = behind.match_indices("</").map(|(at, _)| at);
    let is_end = |at: &usize| {
        let end = behind.get(at + 2..at + 2 + name.len());
        end.is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    ends.find(is_end).map(|at| &behind[..at])
}

impl<'h> Tag<'h> {
    /// Names and values as written, character references included; a value that is missing is empty.
    pub fn attributes(&self) -> impl Iterator<Item = (&'h str, &'h str)> + use<'h> {
        let mut rest = self.inside;
        std::iter::from_fn(move || {
            let begin = rest.bytes().position(|byte| !byte.is_ascii_whitespace() && byte != b'/')?;
            rest = &rest[begin..];
            // A sign of equality may begin a name.
            let ends_name = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'=');
            let n_name = rest.bytes().skip(1).position(ends_name).map_or(rest.len(), |at| at + 1);
            let (name, behind) = rest.split_at(n_name);
            let Some(value) = behind.trim_ascii_start().strip_prefix('=') else {
                rest = behind;
                return Some((name, ""));
            };
            let value = value.trim_ascii_start();
            let (value, behind) = match value.bytes().next() {
                Some(mark @ (b'"' | b'\'')) => {
                    let value = &value[1..];
                    let end = memchr(mark, value.as_bytes());
                    (&value[..end.unwrap_or(value.len())], end.map_or("", |end| &value[end + 1..]))
                }
                _ => value.split_at(value.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(value.len())),
            };
            rest = behind;
            Some((name, value))
        })
    }

    /// Whether nothing stands behind its name.
    pub fn is_bare(&self) -> bool {
        self.inside.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let mut tags = Vec::new();
        let outcome = scan(html, |tag| {
            let attributes: Vec<String> = tag.attributes().map(|(name, value)| format!("{name}={value}")).collect();
            tags.push(format!("{}[{}]{}", tag.name, attributes.join(","), tag.text));
        });
        assert_eq!(
            (outcome, tags.iter().map(String::as_str).collect::<Vec<_>>()),
            (Ok(()), expected.to_vec()),
            "{html}"
        );
    }

    /// Each kind of the standard's states that a page of ours may come through.
    #[test]
    fn tags_are_those_of_the_standard() {
        check("<p>a < b</p><br/>", &["p[]", "br[]"]);
        check("<a href=\"x?a=1&amp;b\" id='y'>", &["a[href=x?a=1&amp;b,id=y]"]);
        check("<input type=checkbox checked disabled>", &["input[type=checkbox,checked=,disabled=]"]);
        check("<a title=\"a > b\" href = \"x\">", &["a[title=a > b,href=x]"]);
        check("<!doctype html><!-- <b> --><i>", &["i[]"]);
        check("<script>if (a</b/) '<p>'</script><b>", &["script[]if (a</b/) '<p>'", "b[]"]);
        check("<title>a <b> c</title><svg viewBox=\"0 0 1 1\"/>", &["title[]a <b> c", "svg[viewBox=0 0 1 1]"]);
        check("<path\n d=\"M0 0\"\n/>", &["path[d=M0 0]"]);
        check("é<é><b>", &["b[]"]);
    }

    #[test]
    fn what_does_not_end_is_told() {
        for (html, at) in [("<p>x<a href=\"y>", 4), ("<!-- x", 0), ("<b></b><script>x", 7), ("<a", 0), ("x</p", 1)] {
            assert_eq!(scan(html, |_| {}), Err(at), "{html}");
        }
    }

    /// The two readers of HTML see the same in a page with all that pages have.
    #[test]
    fn another_reader_sees_the_same() {
        use lol_html::{RewriteStrSettings, element, rewrite_str};
        let html = "<!doctype html><html lang=en><head><title>a</title><meta name=\"x\" content=\"a>b\"></head><body>\
                    <p id=a class='b c'>x<br>y<img src=\"a.png\" alt=\"a &lt; b\"><math display=\"block\"><mi>x</mi></math>\
                    <svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg><details open><summary>s</summary></details></body></html>";
        let seen = std::cell::RefCell::new(Vec::new());
        let handler = element!("*", |el| {
            let attributes = el.attributes().iter().map(|one| (one.name_preserve_case(), one.value()));
            seen.borrow_mut().push((el.tag_name_preserve_case(), attributes.collect::<Vec<_>>()));
            Ok(())
        });
        rewrite_str(html, RewriteStrSettings::new().append_element_content_handler(handler)).unwrap();
        let mut scanned = Vec::new();
        scan(html, |tag| {
            let attributes = tag.attributes().map(|(name, value)| (name.to_owned(), value.to_owned()));
            scanned.push((tag.name.to_owned(), attributes.collect::<Vec<_>>()));
        })
        .unwrap();
        assert_eq!(scanned, seen.into_inner());
    }
}
