//! An article.

use crate::{html::html, page::Article};
use content::{
    date,
    manifest::{PostMeta, Site},
    render::{Heading, LabRef, Segment},
    sidecar::{LabCard, PostLink},
    slug::slugify,
};

/// `/posts/<slug>/`
pub fn write(out: &mut String, article: &Article, site: &Site, base: &str) {
    html!(out, "<article class=\"page prose\">");
    write_title(out, article, base);
    if article.toc {
        write_contents(out, &article.outline);
    }
    for segment in &article.segments {
        match segment {
            Segment::Html(body) => html!(out, "<div class=\"seg\">" {body} "</div>"),
            Segment::Lab(lab) => write_lab(out, lab, article.labs.get(&lab.id)),
        }
    }
    write_end(out, article, site, base);
    html!(out, "</article>");
}

fn write_title(out: &mut String, article: &Article, base: &str) {
    let meta = &article.meta;
    html!(
        out,
        "<header class=\"title wide\"><h1 tabindex=\"-1\">" (meta.title) "</h1><p>" (meta.description)
        "</p><div class=\"meta ui\"><time datetime=\"" (meta.date) "\">" (date::long(&meta.date)) "</time>"
    );
    if let Some(day) = &meta.updated {
        html!(out, "<span>updated <time datetime=\"" (day) "\">" (date::long(day)) "</time></span>");
    }
    html!(out, "<span>" (meta.minutes.to_string()) " min</span>");
    if let (Some((class, mark)), Some(id)) = (lab_mark(meta), first_lab(article)) {
        html!(out, "<a href=\"#" (id) "\" class=\"" (class) "\">" (mark) "</a>");
    }
    if let (Some(series), Some(place)) = (&meta.series, &article.series) {
        html!(
            out,
            "<a href=\"" (base) "/series/" (slugify(series)) "/\">" (series) ", part " (place.part.to_string()) " of "
            (place.n_parts.to_string()) "</a>"
        );
    }
    for tag in &meta.tags {
        html!(out, "<a href=\"" (base) "/tags/" (slugify(tag)) "/\">" (tag) "</a>");
    }
    html!(out, "</div></header>");
}

/// What is said of a post's labs beside its date, and its class: only what computes is marked by colour. Nothing if it
/// has none.
pub(super) fn lab_mark(post: &PostMeta) -> Option<(&'static str, &'static str)> {
    match (post.live_labs, post.labs) {
        (0, 0) => None,
        (0, _) => Some(("planned", "lab planned")),
        _ => Some(("live", "live lab")),
    }
}

/// The id of the lab that the page's mark leads to: the first that computes, or else the first.
fn first_lab(article: &Article) -> Option<&str> {
    let mut ids = article.segments.iter().filter_map(|segment| match segment {
        Segment::Lab(lab) => Some(lab.id.as_str()),
        Segment::Html(_) => None,
    });
    let is_live = |id: &&str| article.labs.get(*id).is_some_and(|card| card.live.is_some());
    ids.clone().find(is_live).or_else(|| ids.next())
}

/// Sections of level 2; folded on small screens, in the margin on large ones.
fn write_contents(out: &mut String, outline: &[Heading]) {
    let sections: Vec<_> = outline.iter().filter(|heading| heading.level == 2).collect();
    if sections.len() < 2 {
        return;
    }
    html!(out, "<nav class=\"toc ui\" aria-label=\"Contents\"><details><summary>Contents</summary><ol>");
    for heading in sections {
        html!(out, "<li><a href=\"#" (heading.id) "\">" {heading.html} "</a></li>");
    }
    html!(out, "</ol></details></nav>");
}

/// A lab's figure: caption and question; the still picture and what is computed, or that it is not
/// built yet. The lab module finds by its attributes what it is to run.
fn write_lab(out: &mut String, lab: &LabRef, card: Option<&LabCard>) {
    let live = card.and_then(|card| card.live.as_ref());
    html!(out, "<figure class=\"lab wide\" id=\"" (lab.id) "\"");
    if let Some(live) = live {
        html!(out, " data-lab=\"" (lab.name) "\" data-settings=\"" (live.settings) "\"");
    }
    html!(out, "><figcaption><p class=\"lab-title\"><b>Lab " (lab.number.to_string()) "</b> ");
    if let Some(card) = card {
        html!(out, (card.caption) "</p><p class=\"try ui\"><b>To try:</b> " (card.question));
    }
    html!(out, "</p></figcaption>");
    match live {
        Some(live) => html!(
            out,
            "<div class=\"lab-stage\">" {live.stage}
            "</div><p class=\"lab-computes ui\"><b>What is computed here:</b> " (live.computes) "</p>"
        ),
        None => html!(out, "<p class=\"lab-planned ui\">This lab is not built yet</p>"),
    }
    html!(out, "</figure>");
}

fn write_end(out: &mut String, article: &Article, site: &Site, base: &str) {
    let slug = &article.meta.slug;
    html!(
        out,
        "<p class=\"source ui\"><a href=\"" (base) "/posts/" (slug)
        "/index.md\" rel=\"alternate\" type=\"text/markdown\">This article as Markdown</a>"
    );
    if let Some(repository) = &site.repository {
        html!(out, " <a href=\"" (repository) "/edit/main/posts/" (slug) "/index.md\" rel=\"external\">Suggest a change</a>");
    }
    html!(out, "</p>");
    super::cite::write(out, &article.meta, site);
    if !article.related.is_empty() {
        html!(out, "<nav class=\"related ui\" aria-label=\"Related articles\"><small>Related</small><ul>");
        for post in &article.related {
            html!(out, "<li><a href=\"" (base) "/posts/" (post.slug) "/\">" (post.title) "</a></li>");
        }
        html!(out, "</ul></nav>");
    }
    if let (Some(series), Some(place)) = (&article.meta.series, &article.series)
        && place.n_parts > 1
    {
        html!(out, "<nav class=\"pager ui\" aria-label=\"Series: " (series) "\">");
        write_link(out, &place.previous, "", "← Part before", base);
        write_link(out, &place.next, " class=\"next\"", "Next part →", base);
        html!(out, "</nav>");
    }
    html!(out, "<nav class=\"pager ui\" aria-label=\"Previous and next\">");
    write_link(out, &article.older, " rel=\"prev\"", "← Older", base);
    write_link(out, &article.newer, " rel=\"next\"", "Newer →", base);
    html!(out, "</nav>" {site.embeds});
}

/// A link to a neighbour, with this attribute.
fn write_link(out: &mut String, post: &Option<PostLink>, attribute: &str, words: &str, base: &str) {
    if let Some(post) = post {
        html!(
            out,
            "<a href=\"" (base) "/posts/" (post.slug) "/\"" {attribute} "><small>" (words) "</small><span>"
            (post.title) "</span></a>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::sidecar::{LiveLab, SeriesPlace};

    fn lab(id: &str, number: u32) -> Segment {
        Segment::Lab(LabRef { id: id.to_owned(), name: "moe".to_owned(), number })
    }

    fn card(live: Option<LiveLab>) -> LabCard {
        LabCard { caption: "A < B".to_owned(), question: "Why?".to_owned(), live }
    }

    fn article() -> Article {
        let live = LiveLab {
            computes: "Trains & counts.".to_owned(),
            settings: "top_k=2;balance=\"x\"".to_owned(),
            stage: "<svg></svg>".to_owned(),
        };
        Article {
            meta: PostMeta { labs: 2, live_labs: 1, ..PostMeta::default() },
            segments: vec![lab("moe", 1), lab("moe-2", 2)],
            labs: [("moe".to_owned(), card(None)), ("moe-2".to_owned(), card(Some(live)))].into(),
            ..Article::default()
        }
    }

    fn page(article: &Article) -> String {
        let mut out = String::new();
        write(&mut out, article, &Site::default(), "");
        out
    }

    #[test]
    fn a_figure_says_what_it_shows_and_what_it_would_run() {
        let page = page(&article());
        let title = |number: u32| {
            format!(
                "<p class=\"lab-title\"><b>Lab {number}</b> A &lt; B</p><p class=\"try ui\"><b>To try:</b> Why?</p>"
            )
        };
        let planned = format!(
            "<figure class=\"lab wide\" id=\"moe\"><figcaption>{}</figcaption>\
             <p class=\"lab-planned ui\">This lab is not built yet</p></figure>",
            title(1)
        );
        let live = format!(
            "<figure class=\"lab wide\" id=\"moe-2\" data-lab=\"moe\" data-settings=\"top_k=2;balance=&quot;x&quot;\">\
             <figcaption>{}</figcaption><div class=\"lab-stage\"><svg></svg></div>\
             <p class=\"lab-computes ui\"><b>What is computed here:</b> Trains &amp; counts.</p></figure>",
            title(2)
        );
        assert!(page.contains(&[planned, live].concat()), "{page}");
    }

    #[test]
    fn what_other_sites_add_is_the_last() {
        let site = Site { embeds: "<section>…</section>".to_owned(), ..Site::default() };
        let mut out = String::new();
        write(&mut out, &article(), &site, "");
        assert!(out.ends_with("</nav><section>…</section></article>"), "{out}");
        assert!(page(&article()).ends_with("</nav></article>"));
    }

    #[test]
    fn the_mark_leads_to_the_first_lab_that_computes() {
        let mut article = article();
        assert!(page(&article).contains("<a href=\"#moe-2\" class=\"live\">live lab</a>"));
        article.labs.insert("moe-2".to_owned(), card(None));
        article.meta.live_labs = 0;
        assert!(page(&article).contains("<a href=\"#moe\" class=\"planned\">lab planned</a>"));
        article.segments.clear();
        assert!(!page(&article).contains("class=\"planned\""));
    }

    #[test]
    fn the_end_leads_on_to_related_articles_and_the_parts_of_the_series() {
        let link = |slug: &str| PostLink { slug: slug.to_owned(), title: slug.to_uppercase() };
        let mut article = article();
        assert!(!page(&article).contains("/series/") && !page(&article).contains("Related"));
        article.related = vec![link("a"), link("b")];
        article.meta.series = Some("A & B".to_owned());
        article.series = Some(SeriesPlace { part: 2, n_parts: 3, previous: Some(link("c")), next: Some(link("d")) });
        let page = page(&article);
        for part in [
            "<a href=\"/series/a-b/\">A &amp; B, part 2 of 3</a>",
            "<small>Related</small><ul><li><a href=\"/posts/a/\">A</a></li><li><a href=\"/posts/b/\">B</a></li></ul></nav>",
            "aria-label=\"Series: A &amp; B\"><a href=\"/posts/c/\"><small>← Part before</small><span>C</span></a>\
             <a href=\"/posts/d/\" class=\"next\"><small>Next part →</small><span>D</span></a></nav>",
        ] {
            assert!(page.contains(part), "no {part} in {page}");
        }
    }
}
