//! What search engines read of a page. Source: schema.org's types of the same names.

use super::{head::Surroundings, pages::Page};
use crate::{day, markup::json_in_script};
use anyhow::Result;
use blog::{head::Head, list::List, page::PageData};
use content::manifest::PostMeta;
use serde_json::{Value, json};

/// The page's description, ready for a script element.
///
/// # Errors
/// A date of the page is none.
pub fn markup(page: &Page, head: &Head, around: Surroundings<'_>) -> Result<String> {
    let Surroundings { site, address, .. } = around;
    let (url, home) = (address.url(&head.path), address.url("/"));
    let tags = ("Tags".to_owned(), address.url("/tags/"));
    let (main, trail) = match &page.boot.page {
        PageData::Post(article) => (posting(&article.meta, head, around)?, vec![(article.meta.title.clone(), url)]),
        PageData::List(list) => match (list.as_ref(), list.name()) {
            (_, None) => {
                let listed = list.posts().iter().map(|post| json!({ "@id": address.url(&post.path()) })).collect();
                (blog(around, Some(listed)), vec![])
            }
            (List::Tag { .. }, Some(name)) => (collection("CollectionPage", head, around), vec![tags, (name, url)]),
            (_, Some(name)) => (collection("CollectionPage", head, around), vec![(name, url)]),
        },
        PageData::Glossary { .. } => (collection("DefinedTermSet", head, around), vec![("Glossary".to_owned(), url)]),
        PageData::Search => (collection("SearchResultsPage", head, around), vec![("Search".to_owned(), url)]),
        PageData::About => (collection("AboutPage", head, around), vec![("About".to_owned(), url)]),
        PageData::NotFound | PageData::Offline => (collection("WebPage", head, around), vec![]),
    };
    let mut graph = vec![main];
    if !trail.is_empty() {
        let steps = std::iter::once((site.title.clone(), home)).chain(trail).enumerate();
        let steps: Vec<_> = steps.map(|(step_idx, (name, url))| json!({ "@type": "ListItem", "position": step_idx + 1, "name": name, "item": url })).collect();
        graph.push(json!({ "@type": "BreadcrumbList", "itemListElement": steps }));
    }
    Ok(json_in_script(&json!({ "@context": "https://schema.org", "@graph": graph })))
}

fn posting(meta: &PostMeta, head: &Head, around: Surroundings<'_>) -> Result<Value> {
    let Surroundings { site, address, .. } = around;
    let url = address.url(&head.path);
    let mut posting = json!({
        "@type": "BlogPosting",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": meta.title,
        "description": head.description,
        "datePublished": day::rfc3339(&meta.date)?,
        "dateModified": day::rfc3339(meta.updated.as_ref().unwrap_or(&meta.date))?,
        "inLanguage": site.language,
        "timeRequired": format!("PT{}M", meta.minutes),
        "author": publisher(around),
        "publisher": publisher(around),
        "isPartOf": blog(around, None),
    });
    if !meta.tags.is_empty() {
        posting["keywords"] = json!(meta.tags);
    }
    if let Some(image) = &head.image {
        posting["image"] = json!(address.url(image));
    }
    Ok(posting)
}

/// The blog is its own author: no person is named.
fn publisher(around: Surroundings<'_>) -> Value {
    json!({ "@type": "Organization", "name": around.site.title, "url": around.address.url("/") })
}

fn blog(around: Surroundings<'_>, posts: Option<Vec<Value>>) -> Value {
    let Surroundings { site, address, .. } = around;
    let home = address.url("/");
    let mut blog = json!({ "@type": "Blog", "@id": format!("{home}#blog"), "name": site.title, "url": home });
    if let Some(posts) = posts {
        blog["description"] = json!(site.description);
        blog["inLanguage"] = json!(site.language);
        blog["publisher"] = publisher(around);
        blog["blogPost"] = json!(posts);
    }
    blog
}

fn collection(kind: &str, head: &Head, around: Surroundings<'_>) -> Value {
    json!({
        "@type": kind,
        "url": around.address.url(&head.path),
        "name": head.title,
        "description": head.description,
        "inLanguage": around.site.language,
        "isPartOf": blog(around, None),
    })
}
