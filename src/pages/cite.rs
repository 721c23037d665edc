//! "Cite this post": an entry for a bibliography.

use crate::html::html;
use content::manifest::{PostMeta, Site};

/// A fold with the post's BibTeX entry.
pub fn write(out: &mut String, meta: &PostMeta, site: &Site) {
    html!(
        out,
        "<details class=\"cite-this ui\"><summary>Cite this post</summary><div class=\"code\"><div class=\"code-head\">\
         <span>BibTeX</span><button type=\"button\" class=\"btn bare copy\" data-copy>Copy</button></div>\
         <pre tabindex=\"0\" role=\"region\" aria-label=\"BibTeX entry of this post\"><code>"
        (entry(meta, site)) "</code></pre></div></details>"
    );
}

/// The entry. The blog is its author, since no person is named; double braces keep the name whole.
fn entry(meta: &PostMeta, site: &Site) -> String {
    let (year, month) = (meta.date.get(..4).unwrap_or_default(), meta.date.get(5..7).unwrap_or_default());
    let mut fields = vec![
        ("author", ["{{", &tex(&site.title), "}}"].concat()),
        ("title", ["{{", &tex(&meta.title), "}}"].concat()),
        ("year", ["{", year, "}"].concat()),
        ("month", ["{", month, "}"].concat()),
        ("url", ["{", &site.address, &meta.path(), "}"].concat()),
    ];
    if let Some(day) = &meta.updated {
        fields.push(("note", ["{Updated ", day, "}"].concat()));
    }
    let lines: Vec<_> = fields.iter().map(|(name, value)| ["  ", name, " = ", value].concat()).collect();
    ["@misc{", &meta.slug, "-", year, ",\n", &lines.join(",\n"), "\n}\n"].concat()
}

/// Text as TeX reads it: its own marks escaped, quotation marks and dashes as it writes them.
fn tex(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '#' | '_' | '$' | '{' | '}' => out.extend(['\\', c]),
            '“' => out.push_str("``"),
            '”' => out.push_str("''"),
            '‘' => out.push('`'),
            '’' => out.push('\''),
            '–' => out.push_str("--"),
            '—' => out.push_str("---"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_can_be_read_by_bibtex() {
        let meta = PostMeta {
            slug: "ppo-and-grpo".into(),
            title: "PPO & GRPO: what “good” means".into(),
            date: "2026-03-08".into(),
            updated: Some("2026-11-15".into()),
            ..PostMeta::default()
        };
        let site = Site { title: "A Blog".into(), address: "https://x.example/repo".into(), ..Site::default() };
        assert_eq!(
            entry(&meta, &site),
            "@misc{ppo-and-grpo-2026,\n  author = {{A Blog}},\n  title = {{PPO \\& GRPO: what ``good'' means}},\n  \
             year = {2026},\n  month = {03},\n  url = {https://x.example/repo/posts/ppo-and-grpo/},\n  \
             note = {Updated 2026-11-15}\n}\n"
        );
    }
}
