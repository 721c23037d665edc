//! An article.

use crate::{html::html, page::Article};
use content::{
    date,
    manifest::Site,
    render::{Heading, LabRef, Segment},
    sidecar::PostLink,
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
            Segment::Lab(lab) => write_lab(out, lab),
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
    let first_lab = article.segments.iter().find_map(|segment| match segment {
        Segment::Lab(lab) => Some(lab),
        Segment::Html(_) => None,
    });
    if let Some(lab) = first_lab {
        html!(out, "<a href=\"#" (lab.name) "\" class=\"live\">lab planned</a>");
    }
    for tag in &meta.tags {
        html!(out, "<a href=\"" (base) "/tags/" (slugify(tag)) "/\">" (tag) "</a>");
    }
    html!(out, "</div></header>");
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

/// Caption and question of a lab that is not built yet; it offers no control.
fn write_lab(out: &mut String, lab: &LabRef) {
    html!(
        out,
        "<figure class=\"lab wide\" id=\"" (lab.name) "\"><figcaption><p class=\"lab-title\"><b>Lab "
        (lab.number.to_string()) "</b> " (lab.card.caption) "</p><p class=\"try ui\"><b>To try:</b> " (lab.card.question)
        "</p></figcaption><p class=\"lab-planned ui\">This lab is not built yet</p></figure>"
    );
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
    html!(out, "<nav class=\"pager ui\" aria-label=\"Previous and next\">");
    let mut link = |post: &Option<PostLink>, relation: &str, words: &str| {
        if let Some(post) = post {
            html!(
                out,
                "<a href=\"" (base) "/posts/" (post.slug) "/\" rel=\"" (relation) "\"><small>" (words) "</small><span>"
                (post.title) "</span></a>"
            );
        }
    };
    link(&article.older, "prev", "← Older");
    link(&article.newer, "next", "Newer →");
    html!(out, "</nav>");
}
