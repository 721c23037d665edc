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
use blog::head::{Head, Kind};
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
}

/// The markup for `<!--head-->`: the policy first, then what is needed soonest.
///
/// # Errors
/// A date of the page is none.
pub fn markup(page: &Page, around: Surroundings<'_>) -> Result<String> {
    let Surroundings { site, hub, address, shell, .. } = around;
    let head = Head::of(&page.boot.page, site);
    let is_apart = site.apart.contains(&page.boot.route);
    let hub = hub.filter(|_| is_apart);
    let hosts = hub.map(|hub| hub.hosts.as_slice()).unwrap_or_default();
    let url = address.url(&head.path);
    let description = escape(&head.description);
    let mut lines = Lines::default();
    let permits = if head.kind == Kind::Article { embeds::permits(around.embeds) } else { Permits::default() };
    let policy = policy(shell.scripts(), hosts, &permits);
    lines.push(format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"));
    lines.push(format!("<title>{}</title>", escape(&head.title)));
    if let Some(font) = shell.text_font() {
        let font = address.path(&format!("/{font}"));
        lines.push(format!("<link rel=\"preload\" href=\"{font}\" as=\"font\" type=\"font/woff2\" crossorigin>"));
    }
    lines.meta("name", "description", &description);
    lines.push(format!("<link rel=\"canonical\" href=\"{}\">", escape(&url)));
    if !head.index {
        lines.meta("name", "robots", "noindex");
    }
    lines.meta("name", "color-scheme", "light dark");
    if let Some((light, dark)) = css::light_dark(&shell.style, "paper") {
        lines.push(format!("<meta name=\"theme-color\" media=\"(prefers-color-scheme: light)\" content=\"{light}\">"));
        lines.push(format!("<meta name=\"theme-color\" media=\"(prefers-color-scheme: dark)\" content=\"{dark}\">"));
    }
    social(&mut lines, &head, around)?;
    for (path, kind, name) in FEEDS {
        let title = escape(&format!("{} ({name})", site.title));
        lines.push(format!(
            "<link rel=\"alternate\" type=\"{kind}\" title=\"{title}\" href=\"{}\">",
            address.path(path)
        ));
    }
    if head.kind == Kind::Article {
        let markdown = address.path(&format!("{}index.md", head.path));
        lines.push(format!("<link rel=\"alternate\" type=\"text/markdown\" href=\"{}\">", escape(&markdown)));
    }
    for (rel, file) in [("manifest", MANIFEST_FILE), ("apple-touch-icon", TOUCH_ICON)] {
        lines.push(format!("<link rel=\"{rel}\" href=\"{}\">", address.path(&format!("/{file}"))));
    }
    let later = shell.module_links(address, is_apart).into_iter().chain(offline::link(around.offline, address));
    let later = later.chain(embeds::link(around.embeds, address));
    for link in later.chain(hub.iter().flat_map(|hub| hub_links(hub))) {
        lines.push(link);
    }
    if head.index {
        lines.push(format!("<script type=\"application/ld+json\">{}</script>", json_ld::markup(page, &head, around)?));
    }
    Ok(lines.0)
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
        lines.push(head.picture(&address.url(image), &format!("{name} – {}", site.title)));
    }
    lines.meta("name", "twitter:card", head.twitter_card());
    lines.meta("name", "twitter:title", &title);
    lines.meta("name", "twitter:description", &description);
    Ok(())
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, line: String) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&line);
    }

    /// `content` is escaped already.
    fn meta(&mut self, key: &str, name: &str, content: &str) {
        self.push(format!("<meta {key}=\"{name}\" content=\"{content}\">"));
    }
}
