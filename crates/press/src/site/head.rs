//! The inside of a page's `<head>`.

use super::{json_ld, pages::Page, policy::policy};
use crate::{
    address::Address,
    day,
    embeds::{self, Permits},
    markup::escape,
    offline::{self, MANIFEST_FILE, Offline, TOUCH_ICON},
    shell::{MODEL_LATER, Shell, css},
};
use anyhow::Result;
use blog::{
    head::{Head, Kind},
    list::List,
    page::PageData,
};
use content::{
    build::{Embeds, Hub, MODEL_FILES},
    manifest::Site,
};

/// Where a feed stands, its type and its name.
pub const FEEDS: [(&str, &str, &str); 3] = [
    ("/atom.xml", "application/atom+xml", "Atom"),
    ("/rss.xml", "application/rss+xml", "RSS"),
    ("/feed.json", "application/feed+json", "JSON"),
];

/// What is the same on every page.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The site's words.
    pub site: &'a Site,
    /// From where labs may fetch a model.
    pub hub: Option<&'a Hub>,
    /// What other sites add to articles.
    pub embeds: &'a Embeds,
    /// Where it stands.
    pub address: &'a Address,
    /// What Trunk built.
    pub shell: &'a Shell,
    /// Who keeps the site for the time without a network.
    pub offline: Offline,
    /// The build's id, which pages that are kept say.
    pub build: &'a str,
}

/// The parts of a head that are the same on all pages, or on all that may ask the hub. Written once, since there may be
/// ten thousand pages.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Of lists and other pages.
    plain: Common,
    article: Common,
    /// Of an article that may ask the hub.
    apart: Common,
    font: Option<String>,
    theme: Vec<String>,
    feeds: Vec<String>,
}

#[derive(Clone, Debug)]
struct Common {
    policy: String,
    links: Vec<String>,
}

impl Fixed {
    /// For these surroundings.
    pub fn new(around: Surroundings<'_>) -> Self {
        let Surroundings { site, address, shell, .. } = around;
        let font = shell.text_font().map(|font| {
            let font = address.path(&format!("/{font}"));
            format!("<link rel=\"preload\" href=\"{font}\" as=\"font\" type=\"font/woff2\" crossorigin>")
        });
        let theme = css::light_dark(&shell.style, "paper").map(|(light, dark)| {
            [("light", light), ("dark", dark)].map(|(scheme, color)| {
                format!("<meta name=\"theme-color\" media=\"(prefers-color-scheme: {scheme})\" content=\"{color}\">")
            })
        });
        let feeds = FEEDS.map(|(path, kind, name)| {
            let title = escape(&format!("{} ({name})", site.title));
            format!("<link rel=\"alternate\" type=\"{kind}\" title=\"{title}\" href=\"{}\">", address.path(path))
        });
        Self {
            plain: Common::new(around, false, &Permits::default()),
            article: Common::new(around, false, &embeds::permits(around.embeds)),
            apart: Common::new(around, true, &embeds::permits(around.embeds)),
            font,
            theme: theme.into_iter().flatten().collect(),
            feeds: feeds.into(),
        }
    }
}

impl Common {
    fn new(around: Surroundings<'_>, is_apart: bool, permits: &Permits) -> Self {
        let Surroundings { hub, address, shell, .. } = around;
        let hub = hub.filter(|_| is_apart);
        let hosts = hub.map(|hub| hub.hosts.as_slice()).unwrap_or_default();
        let app = [("manifest", MANIFEST_FILE), ("apple-touch-icon", TOUCH_ICON)]
            .map(|(rel, file)| format!("<link rel=\"{rel}\" href=\"{}\">", address.path(&format!("/{file}"))));
        let later = shell.module_links(address, is_apart);
        let offline = offline::link(around.offline, address, around.build);
        let later = later.into_iter().chain(offline).chain(embeds::link(around.embeds, address));
        let links = app.into_iter().chain(later).chain(hub.iter().flat_map(|hub| hub_links(hub)));
        Self { policy: policy(shell.scripts(), hosts, permits), links: links.collect() }
    }
}

/// The markup for `<!--head-->`: the policy first, then what is needed soonest.
///
/// # Errors
/// A date of the page is none.
pub fn markup(page: &Page, head: &Head, around: Surroundings<'_>, fixed: &Fixed) -> Result<String> {
    let Surroundings { site, address, .. } = around;
    let Common { policy, links } = match head.kind {
        _ if site.apart.contains(&page.boot.route) => &fixed.apart,
        Kind::Article => &fixed.article,
        Kind::Website => &fixed.plain,
    };
    let url = address.url(&head.path);
    let description = escape(&head.description);
    let mut lines = Lines::default();
    lines.push(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"));
    lines.push(&format!("<title>{}</title>", escape(&head.title)));
    fixed.font.iter().for_each(|line| lines.push(line));
    lines.meta("name", "description", &description);
    lines.push(&format!("<link rel=\"canonical\" href=\"{}\">", escape(&url)));
    if !head.index {
        lines.meta("name", "robots", "noindex");
    }
    lines.meta("name", "color-scheme", "light dark");
    fixed.theme.iter().for_each(|line| lines.push(line));
    social(&mut lines, head, around)?;
    fixed.feeds.iter().for_each(|line| lines.push(line));
    if let PageData::List(list) = &page.boot.page {
        of_list(&mut lines, list, around);
    }
    if head.kind == Kind::Article {
        let markdown = address.path(&format!("{}index.md", head.path));
        lines.push(&format!("<link rel=\"alternate\" type=\"text/markdown\" href=\"{}\">", escape(&markdown)));
    }
    links.iter().for_each(|line| lines.push(line));
    if head.index {
        lines.push(&format!("<script type=\"application/ld+json\">{}</script>", json_ld::markup(page, head, around)?));
    }
    Ok(lines.0)
}

/// Of a tag its feed, of a list that is cut the pages before and after. Source: HTML Standard, "Sequential link types".
fn of_list(lines: &mut Lines, list: &List, around: Surroundings<'_>) {
    let path = |path: &str| escape(&around.address.path(path));
    if let List::Tag { tag, .. } = list {
        let title = escape(&format!("{} · {} (Atom)", tag.name, around.site.title));
        let href = path(&tag.feed());
        lines
            .push(&format!("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{title}\" href=\"{href}\">"));
    }
    for (rel, neighbour) in ["prev", "next"].into_iter().zip(list.neighbours()) {
        if let Some(neighbour) = neighbour {
            lines.push(&format!("<link rel=\"{rel}\" href=\"{}\">", path(&neighbour)));
        }
    }
}

/// The links by which a lab finds the model's files on the hub. Like those of modules, browsers do not follow them.
fn hub_links(hub: &Hub) -> impl Iterator<Item = String> {
    MODEL_FILES.into_iter().map(|(part, file)| {
        let sum = hub.sha256.get(file).map(|sum| format!(" data-sha256=\"{sum}\"")).unwrap_or_default();
        format!(
            "<link rel=\"{MODEL_LATER}\" id=\"hub-{part}\" href=\"{}\" data-repository=\"{}\" data-revision=\"{}\"{sum}>",
            hub.url(file),
            hub.repository,
            hub.revision
        )
    })
}

/// OpenGraph and Twitter. Source: the Open Graph protocol, "Basic Metadata" and "article".
fn social(lines: &mut Lines, head: &Head, around: Surroundings<'_>) -> Result<()> {
    let Surroundings { site, address, .. } = around;
    let url = address.url(&head.path);
    // The site's name stands in its own tag.
    let name = head.title.strip_suffix(&format!(" · {}", site.title)).unwrap_or(&head.title);
    let title = escape(name);
    let description = escape(&head.description);
    lines.meta("property", "og:title", &title);
    lines.meta("property", "og:description", &description);
    lines.meta("property", "og:type", if head.kind == Kind::Article { "article" } else { "website" });
    lines.meta("property", "og:url", &escape(&url));
    lines.meta("property", "og:site_name", &escape(&site.title));
    if let Some(published) = &head.published {
        lines.meta("property", "article:published_time", &day::rfc3339(published)?);
    }
    if let Some(updated) = &head.updated {
        lines.meta("property", "article:modified_time", &day::rfc3339(updated)?);
    }
    for tag in &head.tags {
        lines.meta("property", "article:tag", &escape(tag));
    }
    if let Some(image) = &head.image {
        lines.push(&head.picture(&address.url(image), &format!("{name} – {}", site.title)));
    }
    lines.meta("name", "twitter:card", head.twitter_card());
    lines.meta("name", "twitter:title", &title);
    lines.meta("name", "twitter:description", &description);
    Ok(())
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, line: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(line);
    }

    /// `content` is escaped already.
    fn meta(&mut self, key: &str, name: &str, content: &str) {
        self.push(&format!("<meta {key}=\"{name}\" content=\"{content}\">"));
    }
}
