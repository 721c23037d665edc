//! The tags in a piece of raw HTML.

use std::ops::Range;

/// A tag, with places in the text that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub range: Range<usize>,
    /// In lower case.
    pub name: String,
    pub is_end: bool,
    pub closes_itself: bool,
    pub attributes: Vec<Attribute>,
}

/// An attribute of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// In lower case.
    pub name: String,
    pub value: String,
    /// With the white space before it.
    pub range: Range<usize>,
}

impl Tag {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|one| one.name == name).map(|one| one.value.as_str())
    }
}

/// All tags of `text[range]`, comments passed over.
pub(super) fn tags(text: &str, range: &Range<usize>) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(start) = text[at..range.end].find('<').map(|found| at + found) {
        let rest = &text[start..range.end];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(range.end, |end| start + end + 3);
            continue;
        }
        match tag(text, start, range.end) {
            Some(tag) => {
                at = tag.range.end;
                // What stands in a script is no markup.
                if !tag.is_end && matches!(tag.name.as_str(), "script" | "style") {
                    let close = format!("</{}", tag.name);
                    at = text[at..range.end].to_ascii_lowercase().find(&close).map_or(at, |found| at + found);
                }
                found.push(tag);
            }
            None => at = start + 1,
        }
    }
    found
}

fn tag(text: &str, start: usize, limit: usize) -> Option<Tag> {
    let is_end = text[start + 1..limit].starts_with('/');
    let name_start = start + 1 + usize::from(is_end);
    let rest = &text[name_start..limit];
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut tag = Tag {
        range: start..start,
        name: rest[..length].to_ascii_lowercase(),
        is_end,
        closes_itself: false,
        attributes: Vec::new(),
    };
    let mut at = name_start + length;
    loop {
        let before = at;
        at += text[at..limit].len() - text[at..limit].trim_start().len();
        let rest = &text[at..limit];
        if rest.starts_with('>') {
            tag.range.end = at + 1;
            return Some(tag);
        }
        if rest.starts_with("/>") {
            tag.closes_itself = true;
            tag.range.end = at + 2;
            return Some(tag);
        }
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<')).unwrap_or(rest.len());
        if length == 0 {
            return None;
        }
        let name = rest[..length].to_ascii_lowercase();
        at += length;
        let after = text[at..limit].trim_start();
        let value = match after.strip_prefix('=').map(str::trim_start) {
            Some(value) => {
                let begin = limit - value.len();
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (inner, end) = match quote {
                    Some(quote) => {
                        let end = value[1..].find(quote)?;
                        (&value[1..=end], begin + end + 2)
                    }
                    None => {
                        let end = value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len());
                        (&value[..end], begin + end)
                    }
                };
                at = end;
                plain(inner)
            }
            None => String::new(),
        };
        tag.attributes.push(Attribute { name, value, range: before..at });
    }
}

/// The characters that a value's references stand for, the usual ones.
fn plain(value: &str) -> String {
    value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::tags;

    #[test]
    fn tags_are_read_with_their_attributes() {
        let text = "x <IMG src='a b.png' alt=\"c &amp; d\" width=3 hidden/> </p > <!-- <b> --> < 2 <script>\"<i>\"</script><br/>";
        let found: Vec<String> = tags(text, &(0..text.len()))
            .into_iter()
            .map(|tag| {
                let attributes: Vec<String> = tag
                    .attributes
                    .iter()
                    .map(|one| format!("{}={}:{}", one.name, one.value, &text[one.range.clone()]))
                    .collect();
                format!(
                    "{}{}{} {}",
                    if tag.is_end { "/" } else { "" },
                    tag.name,
                    if tag.closes_itself { "/" } else { "" },
                    attributes.join(",")
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                "img/ src=a b.png: src='a b.png',alt=c & d: alt=\"c &amp; d\",width=3: width=3,hidden=: hidden",
                "/p ",
                "script ",
                "/script ",
                "br/ "
            ]
        );
    }

    #[test]
    fn what_is_no_tag_is_passed_over() {
        for text in ["<", "<a", "a < b", "<3>", "<a href=\"x", "<a =>", "</>", "<é>"] {
            assert_eq!(tags(text, &(0..text.len())), [], "{text}");
        }
    }
}
