//! A figure of another system → an image that begins a paragraph, and its caption.

use crate::template::args::Args;

const SOURCES: [&str; 8] = ["src", "image_path", "path", "url", "image", "file", "filename", "href"];
const TEXTS: [&str; 2] = ["alt", "alttext"];

/// The Markdown of a figure, and the names of the arguments that it has no place for; nothing if it names no file.
pub(crate) fn figure(args: &Args, is_alone: bool) -> Option<(String, Vec<String>)> {
    let first_file =
        args.positional.iter().find(|arg| arg.contains('.') && !arg.ends_with(".html") && !arg.ends_with(".liquid"));
    let source = args.first(&SOURCES).or(first_file.map(String::as_str))?;
    let title = args.first(&["title"]);
    let caption = match (title, args.first(&["caption"])) {
        (Some(title), Some(caption)) if title != caption => Some(format!("**{title}** {caption}")),
        (title, caption) => caption.or(title).map(str::to_owned),
    };
    let alt = args.first(&TEXTS).unwrap_or_default();
    let used = SOURCES.into_iter().find(|name| args.first(&[name]).is_some());
    let dropped = args
        .named
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| Some(*name) != used && !TEXTS.contains(name) && !["title", "caption"].contains(name));
    let dropped = dropped.map(str::to_owned).collect();
    let image = image(alt, source);
    Some(match caption.map(|caption| caption.split_whitespace().collect::<Vec<_>>().join(" ")) {
        Some(caption) if is_alone && !caption.is_empty() => (format!("{image}\n{caption}"), dropped),
        Some(caption) if !caption.is_empty() => (format!("{image} {caption}"), dropped),
        _ => (image, dropped),
    })
}

/// `![alt](address)`.
pub(crate) fn image(alt: &str, address: &str) -> String {
    format!("![{}]({})", bracketed(alt), destination(address))
}

/// Words as they stand between brackets.
pub(crate) fn bracketed(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// An address as it stands between parentheses.
pub(crate) fn destination(address: &str) -> String {
    let address = address.trim();
    match address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')')) {
        true => format!("<{}>", address.replace(['<', '>', '\n'], "")),
        false => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::figure;
    use crate::template::args::Args;

    #[test]
    fn the_words_of_a_figure_are_kept() {
        let of = |text: &str, is_alone| figure(&Args::parse(text), is_alone);
        let got = of(r#"src="a b.png" alt="An [x]" caption="C *d*" width=3"#, true).unwrap();
        assert_eq!(got, ("![An \\[x\\]](<a b.png>)\nC *d*".to_owned(), vec!["width".to_owned()]));
        assert_eq!(of("figure.html path=a.png title=T caption=C", false).unwrap().0, "![](a.png) **T** C");
        assert_eq!(of(r#""a.png""#, true).unwrap().0, "![](a.png)");
        assert_eq!(of("alt=x", true), None);
    }
}
