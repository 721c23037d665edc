//! Routes and frame.

use crate::{browser, page::Boot, store::Store};
use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

/// The whole site. `store` knows the first page where the build or the browser brought one along.
#[component]
pub fn App(store: Store) -> impl IntoView {
    provide_context(store);
    view! {
        <Router base=store.base()>
            <a class="skip ui" href="#main">"Skip to the text"</a>
            <Header/>
            <FlatRoutes fallback=Main>
                <Route path=path!("/") view=Main/>
                <Route path=path!("/posts/:slug") view=Main/>
                <Route path=path!("/tags") view=Main/>
                <Route path=path!("/tags/:tag") view=Main/>
                <Route path=path!("/about") view=Main/>
            </FlatRoutes>
            <Footer/>
        </Router>
    }
}

/// The path that `404.html` is rendered for.
pub const NOT_FOUND: &str = "/404.html/";

impl From<Boot> for Store {
    fn from(boot: Boot) -> Self {
        let page = crate::pages::page(&boot.page, &boot.site, &boot.base);
        let path = if boot.route.is_empty() { NOT_FOUND.to_owned() } else { boot.route };
        Self::new(boot.base, boot.site, Some((path, page)))
    }
}

/// The body of the page at the current address.
#[component]
fn Main() -> AnyView {
    let store = expect_context::<Store>();
    let location = use_location();
    let path = Memo::new(move |_| location.pathname.with(|path| store.under_base(&browser::unescaped(path))));
    browser::show(store, path);
    view! { <main id="main" inner_html=move || store.body(&path.get())></main> }.into_any()
}

/// Name, places, theme.
#[component]
fn Header() -> impl IntoView {
    let store = expect_context::<Store>();
    let theme = RwSignal::new(browser::Theme::default());
    Effect::new(move |_| browser::read_theme(theme));
    let label = move || format!("Theme: {}", theme.get().name());
    view! {
        <header class="page top">
            <div class="bar full">
                <a class="brand" href=store.url("/")>{move || store.site.with(|site| site.title.clone())}</a>
                <nav class="bar push ui" aria-label="Site">
                    <a href=store.url("/search/") rel="search">"Search"</a>
                    <a href=store.url("/tags/")>"Tags"</a>
                    <a href=store.url("/about/")>"About"</a>
                    // Needs the client: hidden, in reserved space, until it is ready.
                    <button class="icon client" type="button" aria-label=label on:click=move |_| browser::next_theme(theme)>
                        <svg viewBox="0 0 16 16" aria-hidden="true">
                            <circle cx="8" cy="8" r="6.7" fill="none" stroke="currentColor" stroke-width="1.5"/>
                            <path d="M8 1.3A6.7 6.7 0 0 1 8 14.7Z" fill="currentColor"/>
                        </svg>
                    </button>
                </nav>
            </div>
        </header>
    }
}

/// Places, feeds, licence.
#[component]
fn Footer() -> impl IntoView {
    let store = expect_context::<Store>();
    view! { <footer class="page foot" inner_html=move || store.footer()></footer> }
}
