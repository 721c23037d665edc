//! Reads the site's JSON with the browser's own parser.
//!
//! A parser of our own would be an eighth of the client: 20 KB after gzip for three kinds of file. The
//! field names here are those that `content` writes; the browser tests hold the two together.

use crate::{
    head::{Head, Kind},
    page::Note,
};
use content::{
    manifest::{Manifest, PostMeta, Site},
    sidecar::{Image, LabCard, LiveLab, PostLink, Resolved, Sidecar, Term},
};
use js_sys::{Array, JSON, Object, Reflect};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};

/// `posts/manifest.json`; `None` if it is anything else.
pub fn manifest(text: &str) -> Option<Manifest> {
    let json = Json::parse(text)?;
    let posts = json.get("posts").list()?.iter().map(meta).collect::<Option<_>>()?;
    Some(Manifest { site: site(&json.get("site"))?, posts })
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

fn texts(json: &Json) -> Vec<String> {
    json.list().unwrap_or_default().iter().filter_map(Json::text).collect()
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
