//! What the command line can ask for.

mod site;

use anyhow::{Context, Result, bail};
use content::build::{Severity, codes};
use content::manifest::PostMeta;
use lexopt::{Arg, Parser, ValueExt};
use press::{
    address::Address,
    corpus, day, links, new_post,
    old_site::{self, Outcome},
    phases::{Phases, Spent},
    posts::{self, Collection, Reader, Wanted, report},
    programs,
    server::{self, Options, Server},
    site::lists,
    swap::Staging,
};
use std::{ffi::OsString, path::PathBuf};

/// What `press help` says.
const USAGE: &str = "\
press COMMAND [OPTIONS]

  check                        read and check the posts, drafts too, and write nothing; lists planned labs
  check-code --python FILE     run the programs in the posts, and hold what they print against what the posts say
  content --out DIR            read and check the posts; write what the client fetches to DIR/posts/
  site --shell DIR --out DIR   the whole site, from Trunk's output in --shell
  serve --dir DIR              serve a built site as a static host would
  import DIR                   the posts of the Jekyll, Hugo or Zola site in DIR into posts/, and what was left behind
  new-post TITLE [--slug NAME] a draft of that title in posts/
  corpus DIR [--posts N]       a made-up blog of N posts (default: 1000) in DIR, to measure the build with

Reading (check, check-code, content, site, import, new-post):
  --root DIR                   where blog.toml, budget.toml and posts/ are (default: here)
  --drafts                     with drafts and posts dated in the future (check: always)
  --today YYYY-MM-DD           the day that decides what is in the future, and of a new post (default: today, UTC)
  --dictionary DIR             check spelling, by the Hunspell dictionary index.aff and index.dic in DIR (check, site)
  --links                      ask whether links to other sites still lead somewhere; only a report (check)
  --time                       say how long each part took (site: and how much memory)
  --live FILE                  tell servers that watch FILE how it went

The site's address (site, serve):
  --base /repo/                path of the site on its host (default: /)
  --origin https://…           for absolute links (site; default: as in blog.toml)
  --no-budget                  do not weigh the site (site)
  --again                      build again for each line on standard input, and then only what has changed, until it
                               ends; a line `built` or `failed` answers each build, the first too (site)
  --no-cards                   without the posts' cards, the pictures that other sites show beside a link (site)
  --offline WHO                who keeps the site for the time without a network: never, published (over https; the
                               default), anywhere; with `offline = false` in blog.toml nobody does (site)

Serving:
  --port N                     default 8080; 0 takes any free port
  --live FILE                  reload open pages when FILE says that the site was built anew
";

/// All options of all commands.
#[derive(Debug, Default)]
struct Asked {
    root: PathBuf,
    shell: Option<PathBuf>,
    out: Option<PathBuf>,
    python: Option<PathBuf>,
    dir: Option<PathBuf>,
    live: Option<PathBuf>,
    dictionary: Option<PathBuf>,
    base: String,
    origin: Option<String>,
    today: Option<String>,
    /// The folder to import or to fill, or the title of a new post.
    given: Option<OsString>,
    posts: Option<usize>,
    slug: Option<String>,
    port: Option<u16>,
    drafts: bool,
    time: bool,
    links: bool,
    no_budget: bool,
    no_cards: bool,
    again: bool,
    offline: Option<String>,
}

/// Does what the arguments say.
///
/// # Errors
/// One sentence, after whatever was told to standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    let mut parser = Parser::from_iter(arguments);
    let command = match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => "help".to_owned(),
        Some(Arg::Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    let take = match command.as_str() {
        "check" => &["root", "today", "time", "dictionary", "links"][..],
        "check-code" => &["root", "python"],
        "content" => &["root", "out", "drafts", "today", "time", "live"],
        "site" => &[
            "root",
            "shell",
            "out",
            "base",
            "origin",
            "drafts",
            "today",
            "time",
            "live",
            "no-budget",
            "no-cards",
            "again",
            "offline",
            "dictionary",
        ],
        "serve" => &["dir", "base", "port", "live"],
        "import" => &["root"],
        "new-post" => &["root", "today", "slug"],
        "corpus" => &["root", "posts"],
        "help" => {
            print!("{USAGE}");
            return Ok(());
        }
        other => bail!("there is no command `{other}`; `press help` lists them"),
    };
    let asked = options(&mut parser, &command, take)?;
    match command.as_str() {
        "check" => check(&asked),
        "check-code" => check_code(&asked),
        "content" => announced(&asked, content),
        "site" => site::site(&asked),
        "import" => import(&asked),
        "new-post" => new_post(&asked),
        "corpus" => made_up(&asked),
        _ => serve(&asked),
    }
}

fn options(parser: &mut Parser, command: &str, take: &[&str]) -> Result<Asked> {
    let mut asked = Asked { root: ".".into(), ..Asked::default() };
    while let Some(argument) = parser.next()? {
        let name = match argument {
            Arg::Long(name) => name.to_owned(),
            Arg::Value(value) if asked.given.is_none() && ["import", "new-post", "corpus"].contains(&command) => {
                asked.given = Some(value);
                continue;
            }
            other => return Err(other.unexpected().into()),
        };
        if !take.contains(&name.as_str()) {
            bail!("`press {command}` has no option `--{name}`; it has --{}", take.join(", --"));
        }
        match name.as_str() {
            "drafts" => asked.drafts = true,
            "time" => asked.time = true,
            "links" => asked.links = true,
            "no-budget" => asked.no_budget = true,
            "no-cards" => asked.no_cards = true,
            "again" => asked.again = true,
            "root" => asked.root = parser.value()?.into(),
            "shell" => asked.shell = Some(parser.value()?.into()),
            "python" => asked.python = Some(parser.value()?.into()),
            "out" => asked.out = Some(parser.value()?.into()),
            "dir" => asked.dir = Some(parser.value()?.into()),
            "dictionary" => asked.dictionary = Some(parser.value()?.into()),
            "live" => asked.live = Some(parser.value()?.into()),
            "base" => asked.base = parser.value()?.string()?,
            "origin" => asked.origin = Some(parser.value()?.string()?),
            "offline" => asked.offline = Some(parser.value()?.string()?),
            "slug" => asked.slug = Some(parser.value()?.string()?),
            "today" => asked.today = Some(parser.value()?.string()?),
            "posts" => asked.posts = Some(parser.value()?.parse().context("`--posts` is a whole number")?),
            _ => asked.port = Some(parser.value()?.parse().context("a port is a number up to 65535")?),
        }
    }
    Ok(asked)
}

/// Runs a build and tells those who watch how it went.
fn announced(asked: &Asked, build: impl FnOnce(&Asked) -> Result<(), Failure>) -> Result<()> {
    let outcome = build(asked);
    if let Some(file) = &asked.live {
        server::announce(file, outcome.as_ref().map(|_| ()).map_err(|failure| failure.told.as_str()))?;
    }
    outcome.map_err(|failure| failure.error)
}

/// Why a build failed, in one sentence and in full.
struct Failure {
    error: anyhow::Error,
    told: String,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        Self { told: format!("error: {error:#}"), error }
    }
}

fn read(asked: &Asked, today: &str, reader: &mut Reader) -> Result<Collection, Failure> {
    let mut reading = reader.read(&asked.root, wanted(asked, asked.drafts, today))?;
    // What is still to come is no news while somebody writes; `check` lists it.
    reading.findings.retain(|one| one.code != codes::LAB_PLANNED);
    eprint!("{}", report::render(&asked.root, &reading.findings, report::Style::of_stderr()));
    let Some(collection) = reading.collection else {
        let sum = report::sum(&reading.findings).unwrap_or_default();
        let error = anyhow::anyhow!("the posts cannot be published ({sum}); nothing was written");
        // On the page there is room for what stands in the way, and for nothing else.
        let errors: Vec<_> = reading.findings.into_iter().filter(|one| one.severity == Severity::Error).collect();
        return Err(Failure { error, told: report::render(&asked.root, &errors, report::Style::Plain) });
    };
    match (reading.n_posts, reading.n_held_back) {
        (0, _) => eprintln!("note: there are no posts yet; `posts/<name>/index.md` makes one"),
        (_, 0) => {}
        (n_posts, n) => println!("{n} of {n_posts} posts are drafts or dated in the future and are left out"),
    }
    Ok(collection)
}

/// Tells all that is to be said of the posts. Notes and warnings are no failure.
fn check(asked: &Asked) -> Result<()> {
    let mut phases = Phases::default();
    let mut reading = posts::read(&asked.root, wanted(asked, true, &today(asked)?))?;
    // While somebody writes, a word is no reason to show nothing; what is checked is to be published.
    for one in reading.findings.iter_mut().filter(|one| [codes::SPELLING, codes::SPELLING_LIST].contains(&one.code)) {
        one.severity = Severity::Error;
    }
    eprint!("{}", report::render(&asked.root, &reading.findings, report::Style::of_stderr()));
    phases.end("reading the posts");
    if asked.time {
        print!("{phases}");
    }
    let sum = report::sum(&reading.findings);
    let Some(collection) = reading.collection else {
        bail!("the posts cannot be published ({})", sum.unwrap_or_default());
    };
    if reading.findings.iter().any(|one| one.severity == Severity::Error) {
        bail!("the spelling of the posts is not right ({})", sum.unwrap_or_default());
    }
    let count = |count: fn(&PostMeta) -> u32| collection.entries.iter().map(|entry| count(&entry.meta)).sum::<u32>();
    let (n_labs, n_live) = (count(|meta| meta.labs), count(|meta| meta.live_labs));
    let verdict = sum.unwrap_or_else(|| "no errors".to_owned());
    println!("{} posts, {n_live} live labs, {} planned: {verdict}", reading.n_posts, n_labs - n_live);
    if asked.links {
        external_links(asked, &collection)?;
    }
    Ok(())
}

/// A report: what other people's machines answer is no failure of ours.
fn external_links(asked: &Asked, collection: &Collection) -> Result<()> {
    let network = links::network()?;
    let external = links::external(&collection.entries);
    let n_links = external.len();
    println!("asking for {n_links} links to other sites, a host at most once a second");
    let found = links::check(external, network.as_ref(), links::PAUSE);
    eprint!("{}", report::render(&asked.root, &found, report::Style::of_stderr()));
    println!("{n_links} links to other sites: {}", report::sum(&found).unwrap_or_else(|| "all answer".to_owned()));
    Ok(())
}

fn wanted<'a>(asked: &'a Asked, drafts: bool, today: &'a str) -> Wanted<'a> {
    Wanted { drafts, today, dictionary: asked.dictionary.as_deref() }
}

fn today(asked: &Asked) -> Result<String> {
    let today = asked.today.clone().unwrap_or_else(day::today);
    day::check(&today)?;
    Ok(today)
}

/// Says what it has cost since `before`, if that was asked.
fn tell_cost(asked: &Asked, phases: &Phases, n_posts: usize, before: Option<Spent>) {
    if asked.time {
        let spent = Spent::now().map(|spent| spent.since(before).to_string()).unwrap_or_default();
        println!("{phases}{spent}{:<24}{n_posts:9}", "posts");
    }
}

fn content(asked: &Asked) -> Result<(), Failure> {
    let out = asked.out.as_ref().context("`press content` needs --out")?;
    let mut phases = Phases::default();
    let mut collection = read(asked, &today(asked)?, &mut Reader::default())?;
    collection.site.address.clone_from(&collection.origin);
    phases.end("reading the posts");
    let staging = Staging::beside(&out.join("posts"))?;
    collection.write(&staging, "")?;
    lists::write(&collection, &lists::all(&collection), &staging, "")?;
    staging.commit()?;
    phases.end("writing");
    tell_cost(asked, &phases, collection.entries.len(), None);
    Ok(())
}

/// Programs with output that the articles have at least; fewer would mean that they are not found any more.
const LEAST_PROGRAMS: usize = 20;

fn check_code(asked: &Asked) -> Result<()> {
    let python = asked.python.as_ref().context("`press check-code` needs --python")?;
    let all = programs::run_all(&asked.root, python, |ran| match &ran.outcome {
        programs::Outcome::Held => println!("{}: ok", ran.place),
        programs::Outcome::Skipped(module) => println!("{}: skipped, since `{module}` is not here", ran.place),
        programs::Outcome::Failed(why) => println!("{}: FAILED\n{why}", ran.place),
    })?;
    programs::judge(&all, LEAST_PROGRAMS)
}

fn import(asked: &Asked) -> Result<()> {
    let old = PathBuf::from(asked.given.as_ref().context("`press import` needs the folder of the old site")?);
    let outcome = old_site::import_site(&asked.root, &old, report::Style::of_stderr())?;
    eprint!("{}", outcome.told);
    let Outcome { n_written, n_same, n_refused, system, .. } = outcome;
    let same = if n_same > 0 { format!(", {n_same} there already and the same") } else { String::new() };
    println!("{system}: {n_written} posts written{same}, {n_refused} not imported");
    match n_refused {
        0 => Ok(()),
        n => bail!("{n} of the posts could not be imported; the others are in posts/"),
    }
}

fn new_post(asked: &Asked) -> Result<()> {
    let title = asked.given.clone().context("`press new-post` needs a title, as in `new-post \"Scaling laws\"`")?;
    let Ok(title) = title.into_string() else { bail!("the title is not UTF-8") };
    let slug = new_post::new_post(&asked.root, &title, asked.slug.as_deref(), &today(asked)?)?;
    println!("The draft stands in posts/{slug}/index.md. Write its description, then delete `draft: true`.");
    Ok(())
}

fn made_up(asked: &Asked) -> Result<()> {
    let dir = PathBuf::from(asked.given.as_ref().context("`press corpus` needs the folder to write")?);
    let n_posts = asked.posts.unwrap_or(1_000);
    corpus::write(&dir, n_posts, &asked.root.join("budget.toml"))?;
    println!("{n_posts} posts in {}", dir.display());
    Ok(())
}

fn serve(asked: &Asked) -> Result<()> {
    let dir = asked.dir.clone().context("`press serve` needs --dir")?;
    let base = Address::new("http://localhost", &asked.base)?.base().to_owned();
    let server = Server::with(Options { dir, base, port: asked.port.unwrap_or(8080), live: asked.live.clone() })?;
    println!("{}", server.url("/"));
    server.wait();
    Ok(())
}
