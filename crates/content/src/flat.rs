//! Lists of strings that carry what the renderer takes and gives across the border between two wasm
//! modules: far smaller in code than a JSON parser on the other side.

use crate::{
    render::{Heading, LabRef, Rendered, Segment},
    sidecar::{Image, Resolved, Term},
};
use std::{collections::BTreeMap, vec::IntoIter};

/// Writes what [`read_resolved`] reads.
pub fn write_resolved(resolved: &Resolved) -> Vec<String> {
    let mut out = Vec::new();
    let pairs = |out: &mut Vec<String>, map: &BTreeMap<String, String>| {
        out.push(map.len().to_string());
        out.extend(map.iter().flat_map(|(key, value)| [key.clone(), value.clone()]));
    };
    pairs(&mut out, &resolved.math);
    pairs(&mut out, &resolved.html);
    pairs(&mut out, &resolved.tokens);
    out.push(resolved.references.clone());
    out.push(resolved.terms.len().to_string());
    for (form, term) in &resolved.terms {
        out.extend([form.clone(), term.id.clone(), term.definition.clone()]);
    }
    out.push(resolved.images.len().to_string());
    for (name, image) in &resolved.images {
        out.push(name.clone());
        match image {
            Image::Bitmap(width, height) => out.extend(["bitmap".to_owned(), width.to_string(), height.to_string()]),
            Image::Drawing { wide, narrow: None } => out.extend(["wide".to_owned(), wide.clone()]),
            Image::Drawing { wide, narrow: Some(narrow) } => {
                out.extend(["both".to_owned(), wide.clone(), narrow.clone()])
            }
        }
    }
    out
}

/// Reads what [`write_resolved`] writes; `None` if the list is anything else.
pub fn read_resolved(list: Vec<String>) -> Option<Resolved> {
    let list = &mut list.into_iter();
    let (math, html) = (read_map(list, IntoIter::next)?, read_map(list, IntoIter::next)?);
    let (tokens, references) = (read_map(list, IntoIter::next)?, list.next()?);
    let terms = read_map(list, |list| Some(Term { id: list.next()?, definition: list.next()? }))?;
    let image = |list: &mut IntoIter<String>| {
        Some(match list.next()?.as_str() {
            "bitmap" => Image::Bitmap(count(list)?, count(list)?),
            "wide" => Image::Drawing { wide: list.next()?, narrow: None },
            "both" => Image::Drawing { wide: list.next()?, narrow: Some(list.next()?) },
            _ => return None,
        })
    };
    let images = read_map(list, image)?;
    Some(Resolved { math, images, html, tokens, references, terms })
}

/// Writes what [`read_rendered`] reads.
pub fn write_rendered(rendered: Rendered) -> Vec<String> {
    let mut out = vec![rendered.outline.len().to_string()];
    for heading in rendered.outline {
        out.extend([heading.level.to_string(), heading.id, heading.html]);
    }
    for segment in rendered.segments {
        match segment {
            Segment::Html(html) => out.extend(["html".to_owned(), html]),
            Segment::Lab(LabRef { id, name, number }) => out.extend(["lab".to_owned(), id, name, number.to_string()]),
        }
    }
    out
}

/// Reads what [`write_rendered`] writes; `None` if the list is anything else.
pub fn read_rendered(list: Vec<String>) -> Option<Rendered> {
    let list = &mut list.into_iter();
    let heading = |list: &mut IntoIter<String>| {
        Some(Heading { level: u8::try_from(count(list)?).ok()?, id: list.next()?, html: list.next()? })
    };
    let outline = (0..count(list)?).map(|_| heading(list)).collect::<Option<_>>()?;
    let mut segments = Vec::new();
    while let Some(kind) = list.next() {
        segments.push(match kind.as_str() {
            "html" => Segment::Html(list.next()?),
            "lab" => Segment::Lab(LabRef { id: list.next()?, name: list.next()?, number: count(list)? }),
            _ => return None,
        });
    }
    Some(Rendered { segments, outline })
}

/// Entries are inserted one by one: collecting them would bring a sort along.
fn read_map<T>(
    list: &mut IntoIter<String>,
    read: impl Fn(&mut IntoIter<String>) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let mut map = BTreeMap::new();
    for _ in 0..count(list)? {
        map.insert(list.next()?, read(list)?);
    }
    Some(map)
}

fn count(list: &mut IntoIter<String>) -> Option<u32> {
    list.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let text = |text: &str| text.to_owned();
        let resolved = Resolved {
            math: BTreeMap::from([(text("$x"), text("<math>")), (text("$$y"), String::new())]),
            html: BTreeMap::from([(text("<kbd>"), text("<kbd>"))]),
            tokens: BTreeMap::from([(text("@fig:a"), text("<a>"))]),
            references: text("<section>"),
            terms: BTreeMap::from([(text("experts"), Term { id: text("expert"), definition: text("d") })]),
            images: BTreeMap::from([
                (text("a.png"), Image::Bitmap(3, 4)),
                (text("b.svg"), Image::Drawing { wide: text("<svg>"), narrow: None }),
                (text("c.svg"), Image::Drawing { wide: text("<svg>"), narrow: Some(text("<svg/>")) }),
            ]),
        };
        assert_eq!(read_resolved(write_resolved(&resolved)), Some(resolved));
        let rendered = Rendered {
            segments: vec![
                Segment::Html(text("<p>lab</p>")),
                Segment::Lab(LabRef { id: text("sft-2"), name: text("sft"), number: 2 }),
            ],
            outline: vec![Heading { level: 3, id: text("i"), html: text("<b>") }],
        };
        assert_eq!(read_rendered(write_rendered(rendered.clone())), Some(rendered));
    }

    #[test]
    fn a_cut_list_is_refused() {
        let list = write_resolved(&Resolved {
            math: BTreeMap::from([("$x".to_owned(), "m".to_owned())]),
            ..Resolved::default()
        });
        for length in 0..list.len() {
            assert_eq!(read_resolved(list[..length].to_vec()), None, "{length}");
        }
    }
}
