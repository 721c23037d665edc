//! What the client knows: the site, and every page that it has met.

use crate::{page::Page, pages};
use content::manifest::Site;
use leptos::prelude::*;
use std::{collections::HashMap, fmt, sync::Arc};

/// Something that is fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Load<T> {
    /// Not here yet.
    #[default]
    Absent,
    /// Here.
    Ready(T),
    /// It did not come.
    Failed(Failure),
}

/// Why something did not come, in words for the reader.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server has no such file.
    Missing,
    /// The server answered with this status.
    Status(u16),
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Network,
    /// What came cannot be read: the site was published anew in between, or the file is damaged.
    Unreadable,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("There is no such file on the server."),
            Self::Status(status) => write!(f, "The server answered with status {status}."),
            Self::Timeout => f.write_str("The server did not answer in time."),
            Self::Network => f.write_str("The connection failed; perhaps you are offline."),
            Self::Unreadable => f.write_str("What the server sent could not be read."),
        }
    }
}

/// Handles to all of it; cheap to copy into every view.
#[derive(Clone, Copy)]
pub struct Store {
    base: StoredValue<String>,
    /// The site's words; empty until the manifest is here where no prerendered page brought them.
    pub site: RwSignal<Site>,
    /// Pages by path under the base, with trailing slash.
    pub pages: RwSignal<HashMap<String, Load<Arc<Page>>>>,
}

impl Store {
    /// Knows the first page, by its path, where there is one.
    pub fn new(base: String, site: Site, first: Option<(String, Page)>) -> Self {
        let pages = first.into_iter().map(|(path, page)| (path, Load::Ready(Arc::new(page))));
        Self { base: StoredValue::new(base), site: RwSignal::new(site), pages: RwSignal::new(pages.collect()) }
    }

    /// The address of a path under the base.
    pub fn url(self, path: &str) -> String {
        self.base.with_value(|base| format!("{base}{path}"))
    }

    /// The base path, without trailing slash.
    pub fn base(self) -> String {
        self.base.get_value()
    }

    /// The path under the base of an address's path: `/repo/posts/x` → `/posts/x/`.
    pub fn under_base(self, path: &str) -> String {
        let path = self.base.with_value(|base| path.strip_prefix(base.as_str()).unwrap_or(path).to_owned());
        let path = path.strip_suffix("index.html").unwrap_or(&path);
        if path.ends_with('/') { path.to_owned() } else { format!("{path}/") }
    }

    /// Whether the page at an address's path has a policy of its own.
    pub fn is_apart(self, path: &str) -> bool {
        let path = self.under_base(path);
        self.site.with_untracked(|site| site.apart.contains(&path))
    }

    /// What is known of a page. Tracks.
    pub fn page(self, path: &str) -> Load<Arc<Page>> {
        self.pages.with(|pages| pages.get(path).cloned().unwrap_or_default())
    }

    /// What `<main>` shows at this path. Tracks.
    pub fn body(self, path: &str) -> String {
        match self.page(path) {
            Load::Ready(page) => page.html.clone(),
            Load::Failed(failure) => pages::failed(&failure),
            Load::Absent => pages::waiting(),
        }
    }

    /// What `<footer>` shows. Tracks.
    pub fn footer(self) -> String {
        self.site.with(|site| self.base.with_value(|base| pages::footer(site, base)))
    }
}
