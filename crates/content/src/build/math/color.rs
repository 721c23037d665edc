//! Colours by name and by value.

use crate::build::diagnostic::did_you_mean;

/// A colour as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// One that the style sheet defines for light and dark: `m-c-…` for letters, `m-bg-…` for grounds.
    Class(&'static str),
    /// The value of an attribute, the same in light and dark.
    Value(String),
}

/// The colours that follow the theme: the basic names of LaTeX, and the names of the site's own
/// tokens. But for white they have the contrast that letters need, on both grounds of both themes; black
/// and white are those of the theme, so that letters set back to black can be read in the dark.
pub(super) const THEMED: [&str; 18] = [
    "accent", "black", "blue", "brown", "cyan", "d1", "d2", "gray", "green", "magenta", "olive", "orange", "purple",
    "red", "soft", "teal", "violet", "white",
];

/// Other spellings of them.
const ALIASES: [(&str, &str); 8] = [
    ("darkgray", "gray"),
    ("fuchsia", "magenta"),
    ("grey", "gray"),
    ("lime", "green"),
    ("maroon", "red"),
    ("navy", "blue"),
    ("pink", "magenta"),
    ("yellow", "olive"),
];

/// Names of CSS that no theme changes.
const FIXED: &str = "aliceblue antiquewhite aqua aquamarine azure beige bisque blanchedalmond blueviolet burlywood \
cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson darkblue darkcyan darkgoldenrod darkgreen \
darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue \
darkslategray darkturquoise darkviolet deeppink deepskyblue dimgray dodgerblue firebrick floralwhite forestgreen \
gainsboro ghostwhite gold goldenrod greenyellow honeydew hotpink indianred indigo ivory khaki lavender lavenderblush \
lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightpink lightsalmon \
lightseagreen lightskyblue lightslategray lightsteelblue lightyellow limegreen linen mediumaquamarine mediumblue \
mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred \
midnightblue mintcream mistyrose moccasin navajowhite oldlace olivedrab orangered orchid palegoldenrod palegreen \
paleturquoise palevioletred papayawhip peachpuff peru plum powderblue rebeccapurple rosybrown royalblue saddlebrown \
salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray snow springgreen steelblue tan thistle \
tomato turquoise wheat whitesmoke yellowgreen";

/// Those of them on which white letters can be read and black ones cannot.
const DARK: &str = "blueviolet crimson darkblue darkcyan darkgreen darkmagenta darkolivegreen darkorchid darkred \
darkslateblue darkslategray darkviolet dimgray firebrick forestgreen indigo mediumblue mediumslateblue mediumvioletred \
midnightblue olivedrab rebeccapurple royalblue saddlebrown seagreen sienna slateblue slategray steelblue";

/// The colour of letters on a ground that no theme changes.
pub(super) fn ink_on(ground: &str) -> &'static str {
    let dark = match ground.strip_prefix('#') {
        Some(digits) => {
            let step = digits.len() / 3;
            let channel = |at: usize| {
                u32::from_str_radix(&digits[at * step..(at + 1) * step], 16).unwrap_or(0)
                    * if step == 1 { 17 } else { 1 }
            };
            // Luma by Rec. 601; the border is where black and white contrast alike.
            299 * channel(0) + 587 * channel(1) + 114 * channel(2) < 118_000
        }
        None => DARK.split_ascii_whitespace().any(|name| name == ground),
    };
    if dark { "white" } else { "black" }
}

/// The colour that a name or value means, or why it means none and what might be meant.
pub(super) fn parse(model: Option<&str>, value: &str) -> Result<Paint, (String, Option<String>)> {
    let unknown = |kind: &str| (format!("`{value}` is no {kind}"), None);
    match model {
        None => named(value),
        Some("HTML") => hex(value).ok_or_else(|| (format!("`{value}` is no colour of six hexadecimal digits"), None)),
        Some("rgb") => shares(value, 1.0).ok_or_else(|| unknown("colour of three numbers from 0 to 1")),
        Some("RGB") => shares(value, 255.0).ok_or_else(|| unknown("colour of three numbers from 0 to 255")),
        Some("gray") => shares(&format!("{value},{value},{value}"), 1.0).ok_or_else(|| unknown("number from 0 to 1")),
        Some(other) => {
            Err((format!("`{other}` is no colour model"), Some("use `HTML`, `rgb`, `RGB` or `gray`".to_owned())))
        }
    }
}

fn named(value: &str) -> Result<Paint, (String, Option<String>)> {
    if let Some(digits) = value.strip_prefix('#') {
        return hex(digits).ok_or_else(|| {
            (format!("`{value}` is no colour"), Some("write `#` and three or six hexadecimal digits".to_owned()))
        });
    }
    let name = value.to_ascii_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, meant)| meant);
    if let Ok(place) = THEMED.binary_search(&name) {
        return Ok(Paint::Class(THEMED[place]));
    }
    if FIXED.split_ascii_whitespace().any(|fixed| fixed == name) {
        return Ok(Paint::Value(name.to_owned()));
    }
    let names = THEMED.into_iter().chain(FIXED.split_ascii_whitespace());
    let help = did_you_mean(value, names)
        .unwrap_or_else(|| format!("use one of {}, or `#` and six hexadecimal digits", THEMED.join(", ")));
    Err((format!("`{value}` is no known colour"), Some(help)))
}

fn hex(digits: &str) -> Option<Paint> {
    let right = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    right.then(|| Paint::Value(format!("#{}", digits.to_ascii_lowercase())))
}

fn shares(value: &str, full: f32) -> Option<Paint> {
    let parts: Vec<u8> = value
        .split(',')
        .map(|part| {
            part.trim()
                .parse::<f32>()
                .ok()
                .filter(|share| (0.0..=full).contains(share))
                .map(|share| (share / full * 255.0).round() as u8)
        })
        .collect::<Option<_>>()?;
    match parts.as_slice() {
        [r, g, b] => Some(Paint::Value(format!("#{r:02x}{g:02x}{b:02x}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_theme_and_values_do_not() {
        assert!(THEMED.is_sorted(), "binary search would miss some");
        assert_eq!(parse(None, "red"), Ok(Paint::Class("red")));
        assert_eq!(parse(None, "Blue"), Ok(Paint::Class("blue")));
        assert_eq!(parse(None, "grey"), Ok(Paint::Class("gray")));
        assert_eq!(parse(None, "tomato"), Ok(Paint::Value("tomato".into())));
        assert_eq!(parse(None, "#AbC"), Ok(Paint::Value("#abc".into())));
        assert_eq!(parse(Some("HTML"), "00FF7f"), Ok(Paint::Value("#00ff7f".into())));
        assert_eq!(parse(Some("rgb"), "1, 0.5,0"), Ok(Paint::Value("#ff8000".into())));
        assert_eq!(parse(Some("RGB"), "255,128,0"), Ok(Paint::Value("#ff8000".into())));
    }

    #[test]
    fn letters_stand_out_from_their_ground() {
        for (ground, ink) in
            [("#fff", "black"), ("#000080", "white"), ("#ff0", "black"), ("indigo", "white"), ("aqua", "black")]
        {
            assert_eq!(ink_on(ground), ink, "{ground}");
        }
        assert!(DARK.split_ascii_whitespace().all(|name| FIXED.split_ascii_whitespace().any(|fixed| fixed == name)));
    }

    #[test]
    fn what_is_no_colour_says_so() {
        assert_eq!(parse(None, "orang").unwrap_err().1.unwrap(), "did you mean `orange`?");
        for (model, value) in [
            (None, "#12"),
            (None, "\"onload"),
            (Some("rgb"), "2,0,0"),
            (Some("rgb"), "1,0"),
            (Some("HTML"), "xyz"),
            (Some("cmyk"), "0,0,0,0"),
        ] {
            assert!(parse(model, value).is_err(), "{value}");
        }
    }
}
