//! Several style sheets into one, without comments and needless white space.

use anyhow::{Result, bail};

/// Joins style sheets in order and minifies them.
///
/// # Errors
/// `@import` in one of them: the page would wait for a second request, and below the first rule it
/// has no effect at all.
pub fn bundle<'a>(sheets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<String> {
    let mut bundle = String::new();
    for (name, sheet) in sheets {
        let small = minify(sheet.trim_start_matches('\u{feff}').trim_start_matches("@charset \"utf-8\";"));
        if small.contains("@import") {
            bail!("`{name}` uses @import; link the file in index.html instead");
        }
        bundle.push_str(&small);
    }
    Ok(bundle)
}

/// Takes comments out, and white space where no CSS can mean anything by it.
///
/// Strings and `url(…)` stay as they are. Around `+`, `-`, `*`, `>`, `(`, `)` and before `:` white
/// space can carry meaning (`calc`, descendant selectors, media queries) and is only made one space.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let (mut is_spaced, mut is_after_border) = (false, true);
    while let Some(c) = rest.chars().next() {
        let length = token_length(rest);
        let (token, after) = rest.split_at(length);
        rest = after;
        if token.starts_with("/*") || c.is_ascii_whitespace() {
            is_spaced = true;
            continue;
        }
        let is_border = matches!(c, '{' | '}' | ';' | ',');
        if is_spaced && !is_border && !is_after_border {
            out.push(' ');
        }
        is_spaced = false;
        is_after_border = is_border || c == ':';
        if c == '}' && out.ends_with(';') && !out.ends_with(":;") {
            out.pop();
        }
        out.push_str(token);
    }
    out
}

/// Bytes of the comment, string, `url(…)` or character that `css` begins with.
fn token_length(css: &str) -> usize {
    let first = css.chars().next().map_or(0, char::len_utf8);
    if let Some(comment) = css.strip_prefix("/*") {
        return comment.find("*/").map_or(css.len(), |at| at + 4);
    }
    if css.starts_with(['"', '\'']) {
        return first + quoted_length(&css[first..], &css[..first]);
    }
    if css.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("url("))
        && !css[4..].trim_start().starts_with(['"', '\''])
    {
        return css.find(')').map_or(css.len(), |at| at + 1);
    }
    match css.starts_with('\\') {
        true => first + css[first..].chars().next().map_or(0, char::len_utf8),
        false => first,
    }
}

fn quoted_length(text: &str, quote: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if quote.starts_with(c) => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// The first `url(…)` that ends so, unquoted.
pub fn first_url<'a>(css: &'a str, ending: &str) -> Option<&'a str> {
    css.match_indices("url(").find_map(|(at, found)| {
        let inside = css[at + found.len()..].split(')').next()?;
        Some(inside.trim().trim_matches(['"', '\''])).filter(|url| url.ends_with(ending))
    })
}

/// The two colours of `--name: light-dark(a, b)`.
pub fn light_dark<'a>(css: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let value = css.split(&format!("--{name}:light-dark(")).nth(1)?;
    let (light, dark) = value.split(')').next()?.split_once(',')?;
    Some((light.trim(), dark.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, small: &str) {
        assert_eq!(minify(css), small);
    }

    #[test]
    fn comments_and_space_go() {
        check(
            "/* a */\n:root {\n  --x : light-dark( #fff , #000 );\n  color: var(--x); /* b */\n}\n",
            ":root{--x :light-dark( #fff,#000 );color:var(--x)}",
        );
        check(
            "@media (min-width: 60rem) {\n  .a , .b { margin: 0 auto; }\n}",
            "@media (min-width:60rem){.a,.b{margin:0 auto}}",
        );
        check("a/**/b", "a b");
    }

    #[test]
    fn space_with_a_meaning_stays() {
        check(
            "a :hover > .b + .c { width: calc(1px + 2 * (3px - 1px)); }",
            "a :hover > .b + .c{width:calc(1px + 2 * (3px - 1px))}",
        );
        check(
            "@media screen and (width >= 2em) { p { font: 400 1em/1.5 serif } }",
            "@media screen and (width >= 2em){p{font:400 1em/1.5 serif}}",
        );
        check("@layer a, b;\n@layer a { x { } }", "@layer a,b;@layer a{x{}}");
        check(".a { --empty: ; }", ".a{--empty:;}");
    }

    #[test]
    fn strings_urls_and_escapes_are_untouched() {
        check(r#".a::before { content: "  /* ; } \" "  ; }"#, r#".a::before{content:"  /* ; } \" "}"#);
        check(".a { background: url( data:image/svg+xml;,/*x*/ ) }", ".a{background:url( data:image/svg+xml;,/*x*/ )}");
        check(".a { background: url( \"a b.png\" ) }", ".a{background:url( \"a b.png\" )}");
        check(r".a\;  b { c: d }", r".a\; b{c:d}");
        check(".ü { content: '→  ←' }", ".ü{content:'→  ←'}");
    }

    #[test]
    fn an_unfinished_sheet_does_not_hang() {
        for css in ["/* never", "\"never", "url(never", "a {", "\\"] {
            minify(css);
        }
    }

    #[test]
    fn sheets_keep_their_order_and_imports_are_refused() {
        let bundle = bundle([("a.css", "@charset \"utf-8\";@layer t, b;"), ("b.css", "a { c: d }")]).unwrap();
        assert_eq!(bundle, "@layer t,b;a{c:d}");
        assert!(
            super::bundle([("a.css", "@import 'b.css';")]).unwrap_err().to_string().starts_with("`a.css` uses @import")
        );
    }

    #[test]
    fn what_the_page_needs_of_the_sheet_is_found() {
        let css = minify("@font-face { src: url(fonts/text.woff2); } :root { --paper: light-dark(#fbfaf6, #181715); }");
        assert_eq!(first_url(&css, ".woff2"), Some("fonts/text.woff2"));
        assert_eq!(light_dark(&css, "paper"), Some(("#fbfaf6", "#181715")));
        assert_eq!(light_dark(&css, "ink"), None);
    }
}
