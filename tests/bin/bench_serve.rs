//! Measures `cargo xtask serve`: from saving an article to the browser that shows the change, and to the mistake in it.

use anyhow::{Context, Result, bail, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    measure::{median, processor},
    source,
};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How often each figure is taken; the median counts.
const ROUNDS: usize = 10;
/// How long a change may take to be seen among the articles of this blog, in milliseconds.
const BOUND_MS: f64 = 1_000.0;
/// The first build compiles everything.
const FIRST_BUILD: Duration = Duration::from_secs(30 * 60);
/// The article that the draft is a copy of: a long one, with drawings.
const MODEL: &str = "scaling-laws";
/// The draft's folder.
const DRAFT: &str = "bench-serve";
/// What the overlay says.
const OVERLAY: &str = "(document.querySelector('html > aside')?.shadowRoot.querySelector('pre').textContent ?? '')";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let n_rounds = rounds()?;
    let draft = Draft::new()?;
    draft.save("first", "")?;
    let server = Server::start()?;
    server.wait().await?;
    let chrome = Chrome::start_whole().await?;
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&format!("{}/posts/{DRAFT}/", server.origin())).await?;

    let (mut changes, mut mistakes, mut mended) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..n_rounds {
        let (good, bad, again) = (format!("good{round}"), format!("bad{round}"), format!("again{round}"));
        changes.push(seen(&tab, &is_shown(&good), || draft.save(&good, "")).await?);
        let is_told = format!("{OVERLAY}.includes('posts/{DRAFT}/index.md') && {OVERLAY}.includes('colour{round}')");
        mistakes.push(seen(&tab, &is_told, || draft.save(&bad, &format!("colour{round}: red\n"))).await?);
        ensure!(tab.eval::<bool>(&is_shown(&good)).await?, "the last good page is gone");
        let is_mended = format!("{} && !{OVERLAY}", is_shown(&again));
        mended.push(seen(&tab, &is_mended, || draft.save(&again, "")).await?);
    }
    chrome.stop().await?;
    drop((server, draft));

    println!(
        "`serve`, {} articles: median of {n_rounds}, {}\n",
        fs::read_dir(source::posts_folder())?.count(),
        processor()
    );
    println!("{:<52} {:>9} {:>9} {:>9} {:>9}", "from saving", "median", "least", "most", "bound");
    let mut missed = Vec::new();
    for (what, figures) in [
        ("to the change in the page", changes),
        ("to the mistake over the page", mistakes),
        ("to the page mended", mended),
    ] {
        let (least, most) = figures.iter().fold((f64::MAX, 0.0_f64), |(a, b), &x| (a.min(x), b.max(x)));
        let middle = median(figures);
        println!("{what:<52} {middle:>6.0} ms {least:>6.0} ms {most:>6.0} ms {BOUND_MS:>6.0} ms");
        if middle > BOUND_MS {
            missed.push(what);
        }
    }
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join(", "));
    Ok(())
}

/// `--runs N`.
fn rounds() -> Result<usize> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(ROUNDS),
        ["--runs", n] => {
            n.parse::<usize>().ok().filter(|&n| n > 0).with_context(|| format!("`--runs {n}`: not a number"))
        }
        _ => bail!("`bench serve` takes --runs N"),
    }
}

fn is_shown(mark: &str) -> String {
    format!("document.querySelector('main')?.textContent.includes('Mark {mark}.')")
}

/// Milliseconds from a save to what it brings. Begins when the page rests, as before an author who thinks.
async fn seen(tab: &Tab, condition: &str, save: impl FnOnce() -> Result<()>) -> Result<f64> {
    tab.live().await?;
    let start = Instant::now();
    save()?;
    tab.wait_for(condition, "what was saved").await?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A copy of an article as a draft, which is never published. It goes when this is dropped.
struct Draft {
    folder: PathBuf,
    body: String,
}

impl Draft {
    fn new() -> Result<Self> {
        let posts = root().join("posts");
        let (from, folder) = (posts.join(MODEL), posts.join(DRAFT));
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            if entry.file_name() != "index.md" {
                fs::copy(entry.path(), folder.join(entry.file_name()))?;
            }
        }
        let text = fs::read_to_string(from.join("index.md"))?;
        let body = text.splitn(3, "---\n").nth(2).context("the article has no front matter")?.to_owned();
        Ok(Self { folder, body })
    }

    /// Saves it with a last sentence that names the mark, and with a line more in its front matter.
    fn save(&self, mark: &str, line: &str) -> Result<()> {
        let head = format!(
            "---\ntitle: \"A draft of the bench\"\ndescription: \"{}\"\ndate: 2026-01-01\ndraft: true\n{line}---\n",
            "What the bench of the preview saves again and again, a description of the length that is asked for."
        );
        fs::write(self.folder.join("index.md"), format!("{head}{}\nMark {mark}.\n", self.body))
            .context("the draft cannot be saved")
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `cargo xtask serve` on a free port, until it is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(root()).args(["run", "--quiet", "--package", "xtask", "--profile", "native", "--"]);
        // What it says of each build would stand between the figures; of a mistake it speaks on purpose.
        command.args(["serve", "--port", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self { child: command.spawn().context("`cargo xtask serve` cannot be started")?, port })
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    async fn wait(&self) -> Result<()> {
        let (start, url) = (Instant::now(), format!("{}/posts/{DRAFT}/", self.origin()));
        println!("`serve` builds the site, which takes minutes where the client is not compiled yet.");
        while !reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
            ensure!(start.elapsed() < FIRST_BUILD, "`cargo xtask serve` shows nothing; start it by hand to see why");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends what it has started only if it is asked to end.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
