//! A built site behind the preview server, and what it is made of.

use crate::{path_from_env, second_origin::SecondOrigin};
use anyhow::{Context, Result, ensure};
pub use press::server::Fault;
use press::{
    address::Address,
    budget::Budget,
    corpus,
    offline::Offline,
    posts::{self, Wanted},
    server::Server,
    site::Plan,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long a request may be waited for.
const LIMIT: Duration = Duration::from_secs(60);
/// How often the list of requests is looked at.
const GLANCE: Duration = Duration::from_millis(15);

/// The sites that `cargo xtask test` builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// Served at `/`.
    Root,
    /// Served at `/repo/`, as GitHub Pages serves a project.
    Repo,
    /// What plain `trunk build --release` makes, served at `/`: nothing is prerendered.
    Plain,
    /// The same as plain `trunk serve` makes it.
    PlainDebug,
}

impl Build {
    /// The two that readers get.
    pub const BOTH: [Self; 2] = [Self::Root, Self::Repo];

    /// The path under which it is served, without trailing slash.
    pub fn base(self) -> &'static str {
        match self {
            Self::Root | Self::Plain | Self::PlainDebug => "",
            Self::Repo => "/repo",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Root => "BLOG_SITE_ROOT",
            Self::Repo => "BLOG_SITE_REPO",
            Self::Plain => "BLOG_SITE_PLAIN",
            Self::PlainDebug => "BLOG_SITE_PLAIN_DEBUG",
        }
    }
}

/// A site being served.
pub struct Site {
    /// Its files.
    pub dist: PathBuf,
    base: &'static str,
    server: Server,
    /// A copy that was made for one test.
    _copy: Option<tempfile::TempDir>,
}

/// An answer of the server, redirects not followed.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Its media type.
    pub content_type: String,
    /// What came, unpacked.
    pub body: Vec<u8>,
}

impl Site {
    /// Serves a build on a free port.
    ///
    /// # Errors
    /// If it is not built, or no port can be had.
    pub fn serve(build: Build) -> Result<Self> {
        Self::serve_folder(path_from_env(build.variable())?, build.base())
    }

    /// Serves a folder.
    ///
    /// # Errors
    /// If there is no page in it, or no port can be had.
    pub fn serve_folder(dist: PathBuf, base: &'static str) -> Result<Self> {
        ensure!(dist.join("index.html").is_file(), "{} holds no site: run `cargo xtask test`", dist.display());
        let server = Server::start(&dist, base, 0)?;
        Ok(Self { dist, base, server, _copy: None })
    }

    /// Serves a copy of a build, as it would be with `hub` in place of the one in `blog.toml`.
    ///
    /// # Errors
    /// If it is not built, a page does not name the hub as `blog.toml` does, or no port can be had.
    pub fn serve_with_hub(build: Build, hub: &SecondOrigin) -> Result<Self> {
        let site = Self::serve(build)?;
        let config = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../blog.toml"))?;
        let (config, _) = content::build::parse_config("blog.toml", &config);
        let real = config.and_then(|config| config.hub).context("`blog.toml` names no hub")?;
        let apart = site.apart()?;
        site.changed(|file, mut html| {
            if apart.contains(&format!("/{}", file.trim_end_matches("index.html"))) {
                let [address, store] = hub.origins();
                for (old, new) in [
                    (real.hosts.join(" "), format!("{address} {store}")),
                    (format!("href=\"{}/", real.address), format!("href=\"{address}/")),
                ] {
                    ensure!(html.contains(&old), "{file} does not say {old}");
                    html = html.replace(&old, &new);
                }
            }
            Ok(html)
        })
    }

    /// Serves a copy of a build whose pages register their service worker on this machine too, as `serve --offline` makes
    /// them. The copy may be changed: see [`Site::dist`].
    ///
    /// # Errors
    /// If it is not built, a page registers none, or no port can be had.
    pub fn serve_kept(build: Build) -> Result<Self> {
        Self::serve(build)?.changed(|file, html| {
            let (id, has_client) = ("id=\"offline-js\"", html.contains("id=\"client-js\""));
            ensure!(!has_client || html.contains(id), "{file} does not say {id}");
            Ok(html.replace(id, &format!("{id} data-anywhere=\"yes\"")))
        })
    }

    /// Serves the site for `/repo/` as it would be with more in `blog.toml`, made anew around the client of the others.
    ///
    /// # Errors
    /// If the client is not built, the posts or the settings have a mistake, or no port can be had.
    pub fn serve_with_settings(more: &str) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let today = press::day::today();
        let read = posts::read(&root, Wanted { drafts: false, today: &today, dictionary: None })?;
        let mut collection = read.collection.context("the posts have a mistake: run `cargo xtask check --posts`")?;
        let config = format!("{}\n{more}", fs::read_to_string(root.join("blog.toml"))?);
        let (config, found) = content::build::parse_config("blog.toml", config.as_bytes());
        collection.embeds = config.with_context(|| format!("the settings have a mistake: {found:?}"))?.embeds;
        let (base, address) = ("/repo", Address::new("https://blog.example", "/repo")?);
        collection.site.address = address.url("");
        collection.keep_apart();
        collection.add_embeds();
        let copy = tempfile::tempdir()?;
        let (shell, out) = (path_from_env("BLOG_SHELL")?, copy.path().join("site"));
        let budget = Some(Budget::read(&root.join("budget.toml"))?);
        let offline = Offline::Published;
        let cards = root.join("target/cards");
        let plan =
            Plan { shell: &shell, out: &out, address: &address, today: &today, cards: Some(&cards), offline, budget };
        press::site::build(&mut collection, plan)?;
        let served = Self::serve_folder(out, base)?;
        Ok(Self { _copy: Some(copy), ..served })
    }

    /// Serves a made-up blog of so many posts around the client of the others: no cards, no budget, nothing kept offline.
    ///
    /// # Errors
    /// If the client is not built, there is no room for the site, or no port can be had.
    pub fn serve_made_up(n_posts: usize) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        let (root, out) = (copy.path().join("blog"), copy.path().join("site"));
        corpus::write(&root, n_posts, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../budget.toml"))?;
        let today = press::day::today();
        let read = posts::read(&root, Wanted { drafts: false, today: &today, dictionary: None })?;
        let mut collection = read.collection.context("the made-up posts have a mistake")?;
        let address = Address::new("https://blog.example", "")?;
        collection.site.address = address.url("");
        let (shell, offline) = (path_from_env("BLOG_SHELL")?, Offline::Never);
        let plan =
            Plan { shell: &shell, out: &out, address: &address, today: &today, cards: None, offline, budget: None };
        press::site::build(&mut collection, plan)?;
        fs::remove_dir_all(&root)?;
        let served = Self::serve_folder(out, "")?;
        Ok(Self { _copy: Some(copy), ..served })
    }

    /// Serves a copy with all its pages changed.
    fn changed(&self, change: impl Fn(&str, String) -> Result<String>) -> Result<Self> {
        let copy = tempfile::tempdir()?;
        for file in self.files()? {
            let (from, to) = (self.dist.join(&file), copy.path().join(&file));
            fs::create_dir_all(to.parent().context("a file has no folder")?)?;
            match file.ends_with(".html") {
                true => fs::write(to, change(&file, self.read(&file)?)?)?,
                false => fs::copy(from, to).map(|_| ())?,
            }
        }
        let served = Self::serve_folder(copy.path().to_owned(), self.base)?;
        Ok(Self { _copy: Some(copy), ..served })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.server.origin()
    }

    /// The path on the server of a path under the base.
    pub fn path(&self, route: &str) -> String {
        format!("{}{route}", self.base)
    }

    /// The whole address of a path under the base.
    pub fn url(&self, route: &str) -> String {
        format!("{}{}", self.origin(), self.path(route))
    }

    /// Every file, relative to the site's folder, with `/` between folders.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut files = Vec::new();
        collect(&self.dist, "", &mut files)?;
        files.sort();
        Ok(files)
    }

    /// The path under the base of every page, `404.html` and redirects left out.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn routes(&self) -> Result<Vec<String>> {
        let mut routes = Vec::new();
        for file in self.files()? {
            let Some(folder) =
                file.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'))
            else {
                continue;
            };
            if !self.read(&file)?.contains("http-equiv=\"refresh\"") {
                routes.push(format!("/{folder}"));
            }
        }
        Ok(routes)
    }

    /// The paths under the base of the articles.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn articles(&self) -> Result<Vec<String>> {
        Ok(self.routes()?.into_iter().filter(|route| route.starts_with("/posts/")).collect())
    }

    /// The articles whose page has a policy of its own, since its lab fine-tunes a language model.
    ///
    /// # Errors
    /// If the pages do not say the same of them as their figures, or cannot be read.
    pub fn apart(&self) -> Result<Vec<String>> {
        let mut apart = Vec::new();
        for route in self.articles()? {
            let html = self.html(&route)?;
            let labs = html.split(" data-lab=\"").skip(1).filter_map(|after| after.split('"').next());
            let needs_model =
                labs.filter_map(labs::registry::find).any(|lab: labs::registry::Lab| lab.needs_language_model());
            let has_links = html.contains("id=\"lm-worker-js\"");
            ensure!(needs_model == has_links, "{route}: labs and links do not agree on the language model");
            if needs_model {
                apart.push(route);
            }
        }
        Ok(apart)
    }

    /// A text file of the site.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.dist.join(file)).with_context(|| format!("{file} cannot be read"))
    }

    /// The HTML of a route, as built.
    ///
    /// # Errors
    /// If there is none.
    pub fn html(&self, route: &str) -> Result<String> {
        self.read(&format!("{}index.html", route.trim_start_matches('/')))
    }

    /// Asks the server for a path, as a browser that takes gzip would.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let answer = client.get(format!("{}{path}", self.origin())).send().await?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, location) = (answer.status().as_u16(), header("location"));
        let content_type = header("content-type").unwrap_or_default();
        Ok(Answer { status, location, content_type, body: answer.bytes().await?.to_vec() })
    }

    /// The paths on the server that were asked for since [`Site::forget`], in order.
    pub fn asked(&self) -> Vec<String> {
        self.server.requests().into_iter().map(|request| request.path).collect()
    }

    /// Waits until a path that ends in `suffix` has been asked for.
    ///
    /// # Errors
    /// If that does not happen in time.
    pub async fn wait_asked(&self, suffix: &str) -> Result<()> {
        let start = Instant::now();
        while !self.asked().iter().any(|path| path.ends_with(suffix)) {
            ensure!(
                start.elapsed() < LIMIT,
                "nobody asked for …{suffix} within {LIMIT:?}, only for {:?}",
                self.asked()
            );
            tokio::time::sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Empties the list of requests.
    pub fn forget(&self) {
        self.server.forget_requests();
    }

    /// Requests for every file of this ending meet a fault.
    ///
    /// # Errors
    /// If the site has no such file: the test would show nothing.
    pub fn fault_all(&self, ending: &str, fault: Fault) -> Result<()> {
        let files: Vec<_> = self.files()?.into_iter().filter(|file| file.ends_with(ending)).collect();
        ensure!(!files.is_empty(), "the site has no file that ends in {ending}");
        for file in files {
            self.fault(&format!("/{file}"), fault);
        }
        Ok(())
    }

    /// Requests for a path under the base meet a fault.
    pub fn fault(&self, route: &str, fault: Fault) {
        self.server.fault(&self.path(route), fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.server.heal();
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}
