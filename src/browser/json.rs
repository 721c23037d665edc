//! Reads the site's JSON with the browser's own parser.
//!
//! A parser of our own would be an eighth of the client: 20 KB after gzip for three kinds of file. The
//! field names here are those that `content` writes; the browser tests hold the two together.

use crate::{
    head::{Head, Kind},
    list::{Finder, List, Manifest, Sheet, Tag, Year},
    page::Note,
};
use content::{
    manifest::{PostMeta, Site},
    sidecar::{Image, LabCard, LiveLab, PostLink, Resolved, SeriesPlace, Sidecar, Term},
};
use js_sys::{Array, JSON, Object, Reflect};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

/// `posts/manifest.json`; `None` if it is anything else.
pub fn manifest(text: &str) -> Option<Manifest> {
    let json = Json::parse(text)?;
    Some(Manifest { site: site(&json.get("site"))?, list: list_of(&json.get("list"))? })
}

/// A piece under `posts/_lists/`; `None` if it is anything else.
pub fn list(text: &str) -> Option<List> {
    list_of(&Json::parse(text)?)
}

/// `posts/_lists/names.json`; `None` if it is anything else.
pub fn names(text: &str) -> Option<Vec<PostLink>> {
    Some(Json::parse(text)?.all(link))
}

/// `posts/<slug>/post.json`; `None` if it is anything else.
pub fn sidecar(text: &str) -> Option<Sidecar> {
    let json = Json::parse(text)?;
    let resolved = json.get("resolved");
    let resolved = Resolved {
        math: resolved.get("math").map(Json::text),
        images: resolved.get("images").map(image),
        html: resolved.get("html").map(Json::text),
        tokens: resolved.get("tokens").map(Json::text),
        terms: resolved
            .get("terms")
            .map(|term| Some(Term { id: term.get("id").text()?, definition: term.get("definition").text()? })),
        references: resolved.get("references").text().unwrap_or_default(),
    };
    Some(Sidecar {
        source: json.get("source").text()?,
        meta: meta(&json.get("meta"))?,
        older: link(&json.get("older")),
        newer: link(&json.get("newer")),
        card: json.get("card").text(),
        series: place(&json.get("series")),
        related: json.get("related").all(link),
        toc: json.get("toc").is_true(),
        resolved,
        labs: json.get("labs").map(card),
    })
}

/// What a prerendered page tells about itself; `None` if it is anything else.
pub fn note(text: &str) -> Option<Note> {
    let json = Json::parse(text)?;
    let head = json.get("head");
    let head = Head {
        title: head.get("title").text()?,
        description: head.get("description").text()?,
        path: head.get("path").text()?,
        kind: Kind::named(&head.get("kind").text()?),
        image: head.get("image").text(),
        is_card: head.get("is_card").is_true(),
        ..Head::default()
    };
    Some(Note {
        base: json.get("base").text()?,
        route: json.get("route").text()?,
        site: site(&json.get("site"))?,
        head,
    })
}

fn site(json: &Json) -> Option<Site> {
    Some(Site {
        title: json.get("title").text()?,
        tagline: json.get("tagline").text()?,
        description: json.get("description").text()?,
        language: json.get("language").text()?,
        address: json.get("address").text().unwrap_or_default(),
        glossary: json.get("glossary").is_true(),
        apart: texts(&json.get("apart")),
        embeds: json.get("embeds").text().unwrap_or_default(),
        repository: json.get("repository").text(),
    })
}

fn meta(json: &Json) -> Option<PostMeta> {
    Some(PostMeta {
        slug: json.get("slug").text()?,
        title: json.get("title").text()?,
        description: json.get("description").text()?,
        summary: json.get("summary").text(),
        date: json.get("date").text()?,
        updated: json.get("updated").text(),
        tags: texts(&json.get("tags")),
        series: json.get("series").text(),
        image: json.get("image").text(),
        minutes: json.get("minutes").number(),
        labs: json.get("labs").number(),
        live_labs: json.get("live_labs").number(),
        plate: json.get("plate").text(),
        draft: json.get("draft").is_true(),
    })
}

fn list_of(json: &Json) -> Option<List> {
    let of = |key: &str| json.get(key);
    Some(match of("kind").text()?.as_str() {
        "home" => List::Home { sheet: sheet(&of("sheet")), finder: finder(&of("finder")) },
        "tag" => List::Tag { tag: tag(&of("tag"))?, sheet: sheet(&of("sheet")), finder: finder(&of("finder")) },
        "tags" => List::Tags { tags: of("tags").all(tag) },
        "series" => List::Series { name: of("name").text()?, slug: of("slug").text()?, posts: of("posts").all(meta) },
        "archive" => List::Archive { years: of("years").all(year) },
        "year" => List::Year { year: year(&of("year"))? },
        _ => return None,
    })
}

fn sheet(json: &Json) -> Sheet {
    Sheet {
        posts: json.get("posts").all(meta),
        number: json.get("number").number(),
        n_sheets: json.get("n_sheets").number(),
    }
}

fn finder(json: &Json) -> Finder {
    Finder {
        n_posts: json.get("n_posts").number(),
        tags: json.get("tags").all(tag),
        is_cut: json.get("is_cut").is_true(),
    }
}

fn tag(json: &Json) -> Option<Tag> {
    Some(Tag {
        name: json.get("name").text()?,
        slug: json.get("slug").text()?,
        n_posts: json.get("n_posts").number(),
        newest: texts(&json.get("newest")),
    })
}

fn year(json: &Json) -> Option<Year> {
    Some(Year {
        name: json.get("name").text()?,
        n_posts: json.get("n_posts").number(),
        posts: json.get("posts").all(meta),
    })
}

fn texts(json: &Json) -> Vec<String> {
    json.all(Json::text)
}

fn card(json: &Json) -> Option<LabCard> {
    let live = json.get("live");
    let live = live.get("stage").text().map(|stage| LiveLab {
        computes: live.get("computes").text().unwrap_or_default(),
        settings: live.get("settings").text().unwrap_or_default(),
        stage,
    });
    Some(LabCard { caption: json.get("caption").text()?, question: json.get("question").text()?, live })
}

fn place(json: &Json) -> Option<SeriesPlace> {
    let part = json.get("part").number();
    (part > 0).then(|| SeriesPlace {
        part,
        n_parts: json.get("n_parts").number(),
        previous: link(&json.get("previous")),
        next: link(&json.get("next")),
    })
}

fn link(json: &Json) -> Option<PostLink> {
    Some(PostLink { slug: json.get("slug").text()?, title: json.get("title").text()? })
}

fn image(json: &Json) -> Option<Image> {
    if let Some(size) = json.get("bitmap").list() {
        return Some(Image::Bitmap(size.first()?.number(), size.get(1)?.number()));
    }
    let drawing = json.get("drawing");
    Some(Image::Drawing { wide: drawing.get("wide").text()?, narrow: drawing.get("narrow").text() })
}

/// A value; where nothing stands, `undefined`.
struct Json(JsValue);

impl Json {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    fn get(&self, key: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(key)).unwrap_or_default())
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// A count; 0 where none stands.
    fn number(&self) -> u32 {
        self.0.as_f64().unwrap_or_default() as u32
    }

    fn is_true(&self) -> bool {
        self.0.is_truthy()
    }

    fn list(&self) -> Option<Vec<Self>> {
        self.0.dyn_ref::<Array>().map(|list| list.iter().map(Self).collect())
    }

    /// The elements of a list, read one by one; those that cannot be read are left out.
    fn all<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Vec<T> {
        self.list().unwrap_or_default().iter().filter_map(read).collect()
    }

    /// The fields of an object, read one by one; those that cannot be read are left out.
    fn map<T>(&self, read: impl Fn(&Self) -> Option<T>) -> BTreeMap<String, T> {
        let mut map = BTreeMap::new();
        if let Some(object) = self.0.dyn_ref::<Object>() {
            for key in Object::keys(object).iter().filter_map(|key| key.as_string()) {
                if let Some(value) = read(&self.get(&key)) {
                    map.insert(key, value);
                }
            }
        }
        map
    }
}
