//! Pages as HTML, at build time.

use crate::{
    App,
    app::NOT_FOUND,
    head::Head,
    page::{Boot, Note},
    pages,
    store::Store,
};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use std::sync::Arc;

/// What stands inside `<div id="root">`.
pub fn root_html(boot: &Boot) -> String {
    // Views may spawn tasks; nothing runs them, since a page is plain signals without resources.
    // A second initialization answers with an error that means "there already".
    let _ = any_spawner::Executor::init_futures_executor();
    let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new())));
    let boot = boot.clone();
    owner.with(|| {
        let path = if boot.route.is_empty() { NOT_FOUND } else { &boot.route };
        provide_context(RequestUrl::new(&format!("{}{path}", boot.base)));
        let store = Store::from(boot);
        view! { <App store/> }.to_html()
    })
}

/// What stands around `<main>` inside `<div id="root">`. It is the same on the pages of all articles, so that ten thousand
/// need not each set up views and routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    before: String,
    after: String,
}

const MAIN: &str = "<main id=\"main\">";
const MAIN_END: &str = "</main>";

impl Around {
    /// As it is on this page; nothing if that has no `<main>`.
    pub fn of(boot: &Boot) -> Option<Self> {
        let html = root_html(boot);
        let (before, rest) = html.split_once(MAIN)?;
        let (_, after) = rest.rsplit_once(MAIN_END)?;
        Some(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// What [`root_html`] gives for another page of the same kind.
    pub fn root_html(&self, boot: &Boot) -> String {
        let page = pages::page(&boot.page, &boot.site, &boot.base);
        [&self.before, MAIN, &page.html, MAIN_END, &self.after].concat()
    }
}

/// What the page tells the client about itself, for `<script type="application/json" id="boot">`.
///
/// # Errors
/// None that is known; serializing strings does not fail.
pub fn boot_json(boot: &Boot) -> Result<String, serde_json::Error> {
    let note = Note {
        base: boot.base.clone(),
        route: boot.route.clone(),
        site: boot.site.clone(),
        head: Head::of(&boot.page, &boot.site),
    };
    // `</script>` and `<!--` must not appear inside a script element.
    Ok(serde_json::to_string(&note)?.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Article, PageData};
    use content::{
        manifest::{PostMeta, Site},
        render::Segment,
    };

    #[test]
    fn what_stands_around_one_article_stands_around_all() {
        let article = |slug: &str, text: &str| {
            let meta = PostMeta { slug: slug.into(), title: slug.to_uppercase(), ..PostMeta::default() };
            let segments = vec![Segment::Html(text.into())];
            let site = Site { title: "A & B".into(), glossary: true, ..Site::default() };
            let page = PageData::Post(Box::new(Article { meta, segments, ..Article::default() }));
            Boot { base: "/repo".into(), route: format!("/posts/{slug}/"), site, page }
        };
        let (one, other) = (article("one", "<p>x</p>"), article("other", "<p>&lt;main id=\"main\"&gt;</p>"));
        let around = Around::of(&one).unwrap();
        assert_eq!(around.root_html(&one), root_html(&one));
        assert_eq!(around.root_html(&other), root_html(&other));
        assert_eq!(Around::of(&other), Some(around));
    }
}
