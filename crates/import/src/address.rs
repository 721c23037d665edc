//! Where a post was, on the old site.

use crate::head::keys::Meta;
use crate::settings::Settings;
use crate::site::{Origin, System};
use content::slug::slugify;

/// The path of the post's old page, beginning with `/`.
///
/// # Errors
/// The placeholder of the pattern that cannot be filled in.
///
/// Sources: Jekyll's documentation, "Permalinks"; Hugo's, "URL management"; Zola's, "Page".
pub(crate) fn old_address(system: System, origin: &Origin, meta: &Meta, settings: &Settings) -> Result<String, String> {
    let given = meta.address.as_ref().map(|(address, _)| address.as_str());
    let slug = meta.slug.clone().unwrap_or_else(|| match system {
        // Of a name, Zola makes a slug; the others take it as it is.
        System::Zola => slugify(&origin.name),
        System::Jekyll => origin.name.clone(),
        System::Hugo => origin.full_name.to_lowercase().replace(' ', "-"),
    });
    let section = origin.sections.join("/");
    let under = if section.is_empty() { format!("/{slug}/") } else { format!("/{section}/{slug}/") };
    let pattern = match (system, given) {
        (System::Jekyll, Some(pattern)) => style(pattern),
        (_, Some(path)) => return Ok(absolute(path)),
        (System::Jekyll, None) => style(settings.permalinks.get("").map_or("date", String::as_str)),
        (System::Hugo, None) => {
            let first = origin.sections.first().map(String::as_str).unwrap_or_default();
            match settings.permalinks.get(first) {
                Some(pattern) => pattern,
                None => return Ok(under),
            }
        }
        (System::Zola, None) => return Ok(under),
    };
    let categories = match meta.categories.is_empty() {
        true => origin.sections.join("/"),
        false => meta.categories.iter().map(|category| category.to_lowercase()).collect::<Vec<_>>().join("/"),
    };
    let date = meta.date.or(origin.date).map(|date| date.to_string()).unwrap_or_default();
    let part = |range: std::ops::Range<usize>| date.get(range).unwrap_or_default().to_owned();
    let title = match system {
        System::Jekyll => slug.clone(),
        _ => slugify(&meta.front.title),
    };
    let fill = |name: &str| {
        Some(match name {
            "year" => part(0..4),
            "short_year" => part(2..4),
            "month" => part(5..7),
            "day" => part(8..10),
            "i_month" => part(5..7).trim_start_matches('0').to_owned(),
            "i_day" => part(8..10).trim_start_matches('0').to_owned(),
            "title" => title.clone(),
            "slug" | "slugorfilename" | "slugorcontentbasename" => slug.clone(),
            "name" | "filename" | "contentbasename" => origin.full_name.clone(),
            "categories" => categories.clone(),
            "section" => origin.sections.first().cloned().unwrap_or_default(),
            "sections" => section.clone(),
            "output_ext" => ".html".to_owned(),
            _ => return None,
        })
    };
    filled(pattern, &fill).map(|path| absolute(&path))
}

/// Jekyll's names for patterns.
fn style(pattern: &str) -> &str {
    match pattern {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
}

fn filled(pattern: &str, fill: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let name = &after[..end];
        out.push_str(&fill(name).ok_or_else(|| format!(":{name}"))?);
        rest = &after[end..];
    }
    out.push_str(rest);
    Ok(out)
}

/// With a slash in front, and none twice.
pub(crate) fn absolute(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let end = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// A path as this blog's build tells aliases apart: `/a`, `/a/` and `/a/index.html` are one.
pub(crate) fn alias(path: &str) -> &str {
    path.strip_suffix("index.html").unwrap_or(path).trim_end_matches('/')
}

/// A path as links mean it: `/a`, `/a/`, `/a.html` and `/a/index.html` are one page.
pub(crate) fn page(path: &str) -> String {
    let path = path.strip_suffix("index.html").or_else(|| path.strip_suffix(".html")).unwrap_or(path);
    path.trim_end_matches('/').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(system: System, pattern: Option<&str>, meta: Meta) -> Result<String, String> {
        let origin = Origin {
            path: String::new(),
            folder: String::new(),
            name: "The Name".into(),
            full_name: "2020-01-02-The Name".into(),
            date: "2020-01-02".parse().ok(),
            sections: vec!["notes".into()],
            is_bundle: false,
            is_draft: false,
        };
        let section = if system == System::Jekyll { "" } else { "notes" };
        let permalinks = pattern.map(|pattern| (section.to_owned(), pattern.to_owned())).into_iter().collect();
        old_address(system, &origin, &meta, &Settings { permalinks, ..Settings::default() })
    }

    #[test]
    fn each_system_has_its_own_usual_address() {
        let usual = |system| address(system, None, Meta::default()).unwrap();
        assert_eq!(usual(System::Jekyll), "/notes/2020/01/02/The Name.html");
        assert_eq!(usual(System::Hugo), "/notes/2020-01-02-the-name/");
        assert_eq!(usual(System::Zola), "/notes/the-name/");
    }

    #[test]
    fn patterns_are_filled_in() {
        let jekyll = |pattern| {
            address(System::Jekyll, Some(pattern), Meta { categories: vec!["A b".into()], ..Meta::default() })
        };
        assert_eq!(jekyll("pretty").unwrap(), "/a b/2020/01/02/The Name/");
        assert_eq!(jekyll("/:short_year-:i_month/:i_day/:title/").unwrap(), "/20-1/2/The Name/");
        assert_eq!(jekyll("/:y_day/:title"), Err(":y_day".into()));
        let mut meta = Meta { slug: Some("s".into()), ..Meta::default() };
        meta.front.title = "A Title".into();
        assert_eq!(address(System::Hugo, Some("/:year/:title/:slug"), meta).unwrap(), "/2020/a-title/s");
    }

    #[test]
    fn a_given_address_counts() {
        let meta = || Meta { address: Some(("old//place.html".into(), 0..0)), ..Meta::default() };
        for system in [System::Jekyll, System::Hugo, System::Zola] {
            assert_eq!(address(system, Some("/:slug"), meta()).unwrap(), "/old/place.html");
        }
    }

    #[test]
    fn one_page_has_many_spellings() {
        for path in ["/a", "/a/", "/a.html", "/A/index.html"] {
            assert_eq!(page(path), "/a");
        }
        assert_eq!(["/a", "/a/", "/a/index.html"].map(alias), ["/a"; 3]);
        assert_eq!(alias("/a.html"), "/a.html");
        assert_eq!(absolute("//a//b/"), "/a/b/");
        assert_eq!(absolute("/"), "/");
    }
}
