//! The posts' cards, kept between builds: a card is drawn again only when what it shows or the code that draws it
//! changes. Its name changes with it, since other sites keep pictures by their addresses for weeks.

use crate::{
    digest::{self, Key},
    posts::{Collection, Entry},
    swap::Staging,
    threads,
};
use anyhow::{Context, Result};
use cards::{Card, CardError, Fonts, Palette, draw};
use content::build::{Diagnostic, Post, Source};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

include!(concat!(env!("OUT_DIR"), "/card_code.rs"));

/// By slug, the file of a post's card, with the key of what it was drawn from.
pub type Cards = HashMap<String, (Key, String)>;

/// Draws what is not kept in `kept`, writes all cards beside their posts, and has each post name its own. Posts with an
/// image of their own have none. `before` are those that stand in the site's place.
///
/// # Errors
/// A font of the site or a drawing cannot be read, or as of the file system.
pub fn write(collection: &mut Collection, kept: &Path, staging: &Staging, before: &Cards) -> Result<Cards> {
    let fonts = fonts()?;
    let palette = Palette::default();
    let entries: Vec<&Entry> = collection.entries.iter().filter(|entry| entry.meta.image.is_none()).collect();
    let written = threads::map(&entries, |entry| {
        let slug = &entry.meta.slug;
        let key = entry.stamp.map(|stamp| Key::of([stamp.bytes(), collection.site.title.as_bytes()]));
        if let Some((known, name)) = before.get(slug)
            && Some(*known) == key
            && staging.keep(&format!("posts/{slug}/{name}"), *known)?
        {
            return Ok((key, name.clone()));
        }
        let note = entry.meta.tags.join(" · ");
        let plate = entry.meta.plate.as_deref();
        let card = Card { title: &entry.meta.title, site: &collection.site.title, note: &note, plate, slug };
        let svg = draw(card, fonts, &palette);
        let digest = digest::short(format!("{CODE}\n{svg}").as_bytes());
        let place = Kept { path: kept.join(format!("{slug}.card")), key: &digest };
        let png = match place.read() {
            Some(png) => png,
            None => {
                let png = cards::png(&svg, fonts).with_context(|| format!("the card of `posts/{slug}`"))?;
                // Without a copy the next build draws it again, which is slower and no worse.
                let _ = place.write(&png);
                png
            }
        };
        let name = format!("card-{digest}.png");
        staging.write_as(&format!("posts/{slug}/{name}"), key, png)?;
        Ok((key, name))
    });
    let names = written.into_iter().collect::<Result<Vec<_>>>()?;
    let without_image = collection.entries.iter_mut().filter(|entry| entry.meta.image.is_none());
    let mut cards = Cards::new();
    for (entry, (key, name)) in without_image.zip(names) {
        if let Some(key) = key {
            cards.insert(entry.meta.slug.clone(), (key, name.clone()));
        }
        entry.sidecar.card = Some(name);
    }
    Ok(cards)
}

/// One file a post: a card of another title is overwritten, so that the folder does not grow with every change.
struct Kept<'k> {
    path: PathBuf,
    key: &'k str,
}

impl Kept<'_> {
    /// A file that is cut, edited or of another card is none.
    fn read(&self) -> Option<Vec<u8>> {
        let file = fs::read(&self.path).ok()?;
        let (sum, rest) = file.split_at_checked(16)?;
        let png = rest.strip_prefix(self.key.as_bytes())?;
        (sum == digest::short(rest).as_bytes()).then(|| png.to_owned())
    }

    /// Written beside its place and moved there: a build that is killed, or reads it meanwhile, never meets half a file.
    fn write(&self, png: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
        let rest = [self.key.as_bytes(), png].concat();
        let fresh = self.path.with_extension(std::process::id().to_string());
        fs::write(&fresh, [digest::short(&rest).as_bytes(), &rest].concat())?;
        fs::rename(&fresh, &self.path)
    }
}

/// Tells of a title that holds signs of none of the site's fonts: a card cannot show them.
///
/// # Errors
/// A font of the site cannot be read.
pub fn unknown_signs(post: &Post) -> Result<Option<Diagnostic>> {
    let missing = fonts()?.missing(&post.meta.title);
    let Some(first) = missing.first().filter(|_| post.meta.image.is_none()) else { return Ok(None) };
    // The title stands before the text; where it is written with an escape, the file as a whole must do.
    let span = post.markdown.find(*first).map_or(0..0, |at| at..at + first.len_utf8());
    let signs: Vec<String> = missing.iter().map(|c| format!("`{c}`")).collect();
    let them = if missing.len() == 1 { "it" } else { "them" };
    let signs = signs.join(", ");
    let message = format!("the title's {signs} cannot stand on the post's card: no font of the site has {them}");
    let help = "give the post an `image` of its own, or let the card do without";
    Ok(Some(Source::new(&post.path, &post.markdown).warning("card-sign", span, message).with_help(help)))
}

/// The site's fonts are linked in, so they are the same in all builds of a process.
fn fonts() -> Result<&'static Fonts> {
    static FONTS: LazyLock<Result<Fonts, CardError>> = LazyLock::new(Fonts::new);
    FONTS.as_ref().map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_or_other_card_is_never_taken() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("inner/x.card");
        let of = |key| Kept { path: path.clone(), key };
        assert_eq!(of("0123456789abcdef").read(), None);
        of("0123456789abcdef").write(b"png").unwrap();
        assert_eq!(of("0123456789abcdef").read(), Some(b"png".to_vec()));
        assert_eq!(of("0123456789abcdee").read(), None);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(of("0123456789abcdef").read(), None, "cut to {at} bytes");
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert_eq!(of("0123456789abcdef").read(), None, "byte {at}");
        }
        assert_eq!(fs::read_dir(home.path().join("inner")).unwrap().count(), 1, "nothing half-written is left");
    }

    #[test]
    fn signs_that_no_card_can_show_are_told_at_their_place() {
        let text = "---\ntitle: 猫 and λ, 猫 and 犬\n---\n";
        let meta = content::manifest::PostMeta { title: "猫 and λ, 猫 and 犬".into(), ..Default::default() };
        let mut post = Post { meta, path: "posts/x/index.md".into(), markdown: text.into(), ..Post::default() };
        let found = unknown_signs(&post).unwrap().unwrap();
        assert_eq!(
            found.to_string(),
            "posts/x/index.md:2:8: warning: the title's `猫`, `犬` cannot stand on the post's card: no font of the site has \
              them; give the post an `image` of its own, or let the card do without"
        );
        post.meta.image = Some("own.png".into());
        assert!(unknown_signs(&post).unwrap().is_none());
    }

    #[test]
    fn the_size_that_heads_name_is_that_of_the_cards() {
        let number = |name: &str| {
            let (_, rest) = blog::head::CARD_SIZE.split_once(&format!("og:image:{name}\" content=\"")).unwrap();
            rest.split_once('"').unwrap().0.parse::<u32>().unwrap()
        };
        assert_eq!((number("width"), number("height")), (cards::WIDTH, cards::HEIGHT));
    }

    /// The card's colours are the light theme's.
    #[test]
    fn the_palette_is_that_of_the_style_sheet() {
        let sheets = [("tokens.css", include_str!("../../../style/tokens.css"))];
        let style = crate::shell::css::bundle(sheets).unwrap();
        let of = |name| crate::shell::css::light_dark(&style, name).unwrap().0.to_owned();
        let [paper, ink, soft, rule, edge, accent] = ["paper", "ink", "soft", "rule", "edge", "accent"].map(of);
        assert_eq!(Palette { paper, ink, soft, rule, edge, accent }, Palette::default());
    }
}
