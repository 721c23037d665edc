//! The command line.

use anyhow::{Result, bail};

/// What `cargo xtask help` prints.
pub const USAGE: &str = "\
cargo xtask COMMAND

  serve [--port N] [--open] [--offline]
                                 build, serve on localhost, rebuild and reload on every change; drafts are shown;
                                 --offline lets the browser keep what is read, as readers' browsers do
  build [--public-url /repo/] [--origin https://…] [--drafts]
                                 write the site for a static host to dist/
  test [--only PHASE]… [-- NAME] run every test; PHASE is one of: fmt, posts, clippy, clippy-client, unit, code,
                                 sites, plain, browser; NAME picks tests
  check [--posts] [--links]      the phases that need no browser: fmt, posts, clippy, clippy-client, unit; or only what
                                 the posts say: every mistake at once, spelling too, and labs that are planned;
                                 --links with it asks whether links to other sites still answer, which fails nothing
  check-code                     run the programs that the articles show, and compare what they print
  pretrain                       make the pocket model anew into models/pocket/ (minutes; CI never does)
  new-post TITLE [--slug NAME]   a draft of that title: a folder in posts/ with front matter and today's date
  import DIR                     the posts of a Jekyll, Hugo or Zola site into posts/; lists what was left behind
  new-lab NAME                   a folder for a lab of that name that passes its tests, and its line in the registry
  content [--drafts]             manifest, Markdown and sidecars into target/content/ (Trunk's pre-build hook)
  content --time [DIR]           the site of the blog in DIR (default: this one), around the client that `build` has
                                 built, into target/time/: how long each part took, and how much memory
  corpus N DIR                   a made-up blog of N posts in DIR, to measure with
  bench page [ARG…]              loading and navigation times in a throttled browser
  bench labs [ARG…]              how fast a lab trains, how soon it stops, and what the page has left meanwhile
  bench scale                    what a reader loads of 13, 1,000 and 10,000 posts, and how soon their search answers
  bench serve [ARG…]             how soon `serve` shows a change of an article, and a mistake in one
  bench train [ARG…]             how fast a model of Pythia-14M's size is fine-tuned, in the browser and natively
  screenshots [ARG…]             pictures of the pages into docs/screenshots/
  deny                           advisories and licences of all dependencies, by cargo-deny
  help                           this text

The first run installs what is missing (trunk and wasm-bindgen into .tools/) and says how long that takes.";

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Build, serve, watch.
    Serve(Serve),
    /// Write `dist/`.
    Build(Build),
    /// Run tests.
    Test(Test),
    /// The phases of `test` that need no browser.
    Check {
        /// The articles alone.
        posts_only: bool,
        /// With their links to other sites, which means the articles alone too.
        links: bool,
    },
    /// The programs that the articles show.
    CheckCode,
    /// A draft.
    NewPost {
        /// As written.
        title: String,
        /// The folder's name, if it was given.
        slug: Option<String>,
    },
    /// Posts of another system.
    Import {
        /// The folder of the old site.
        dir: String,
    },
    /// A folder for a new lab.
    NewLab {
        /// As written.
        name: String,
    },
    /// The model that the fine-tuning lab brings along.
    Pretrain,
    /// Trunk's pre-build hook.
    Content {
        /// With posts marked as drafts and dated in the future.
        drafts: bool,
    },
    /// A whole site, timed.
    Time {
        /// The folder of the blog; without one, this blog.
        dir: Option<String>,
    },
    /// A made-up blog.
    Corpus {
        /// How many posts it has.
        n_posts: usize,
        /// Where it goes.
        dir: String,
    },
    /// A program of the whole-site tests, with arguments of its own.
    Program {
        /// The program's name in cargo.
        bin: &'static str,
        /// Passed on.
        args: Vec<String>,
    },
    /// The program that measures `serve`, with arguments of its own. It needs no built site.
    BenchServe {
        /// Passed on.
        args: Vec<String>,
    },
    /// Advisories and licences.
    Deny,
    /// Show [`USAGE`].
    Help,
}

/// Options of `serve`.
#[derive(Debug, PartialEq, Eq)]
pub struct Serve {
    /// The first port to try.
    pub port: u16,
    /// Open a browser.
    pub open: bool,
    /// Let it keep what is read for the time without a network.
    pub offline: bool,
}

/// Options of `build`.
#[derive(Debug, PartialEq, Eq)]
pub struct Build {
    /// Path of the site on its host: `""` or `/repo`.
    pub base: String,
    /// Scheme and host for absolute links; `blog.toml` has the default.
    pub origin: Option<String>,
    /// With posts marked as drafts and dated in the future.
    pub drafts: bool,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Test {
    /// Names of phases; none means all.
    pub only: Vec<String>,
    /// Passed on to the test programs.
    pub filter: Vec<String>,
}

const COMMANDS: &[&str] = &[
    "serve",
    "build",
    "test",
    "check",
    "check-code",
    "pretrain",
    "new-post",
    "import",
    "new-lab",
    "content",
    "corpus",
    "bench",
    "screenshots",
    "deny",
    "help",
];

/// Reads the arguments after the program's name.
///
/// # Errors
/// One sentence that names the argument and, if there is one, the nearest right one.
pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Command> {
    let mut args = Args(args.into_iter().collect::<Vec<_>>().into_iter());
    let Some(name) = args.0.next() else { return Ok(Command::Help) };
    match name.as_str() {
        "serve" => serve(args),
        "build" => build(args),
        "test" => test(args),
        "content" => content(args),
        "corpus" => match (args.0.next().map(|number| number.parse()), args.0.next()) {
            (Some(Ok(n_posts)), Some(dir)) if !dir.starts_with('-') => args.none(Command::Corpus { n_posts, dir }),
            _ => bail!("`corpus` needs a number of posts and a folder, as in `corpus 4000 ../large`."),
        },
        "bench" => match args.0.next().as_deref() {
            Some("page") => Ok(Command::Program { bin: "bench-page", args: args.0.collect() }),
            Some("labs") => Ok(Command::Program { bin: "bench-labs", args: args.0.collect() }),
            Some("scale") => args.none(Command::Program { bin: "bench-scale", args: Vec::new() }),
            Some("serve") => Ok(Command::BenchServe { args: args.0.collect() }),
            Some("train") => Ok(Command::Program { bin: "bench-train", args: args.0.collect() }),
            Some(other) => {
                bail!("There is no `bench {other}`{}", near(other, &["page", "labs", "scale", "serve", "train"]))
            }
            None => bail!(
                "`bench` needs the name of a bench: `bench page`, `bench labs`, `bench scale`, `bench serve` or `bench train`."
            ),
        },
        "screenshots" => Ok(Command::Program { bin: "screenshots", args: args.0.collect() }),
        "check" => {
            let (mut posts_only, mut links) = (false, false);
            args.each(&["--posts", "--links"], |name, _| {
                posts_only = true;
                links |= name == "--links";
                Ok(())
            })?;
            Ok(Command::Check { posts_only, links })
        }
        "new-post" => match args.0.next() {
            Some(title) if !title.starts_with("--") => {
                let mut slug = None;
                args.each(&["--slug"], |_, value| {
                    slug = Some(value()?);
                    Ok(())
                })?;
                Ok(Command::NewPost { title, slug })
            }
            _ => bail!("`new-post` needs a title, as in `new-post \"Scaling laws\"`."),
        },
        "import" => match args.0.next() {
            Some(dir) if !dir.starts_with('-') => args.none(Command::Import { dir }),
            _ => bail!("`import` needs the folder of the old site, as in `import ../old-blog`."),
        },
        "new-lab" => match args.0.next() {
            Some(name) if !name.starts_with('-') => args.none(Command::NewLab { name }),
            _ => bail!("`new-lab` needs the name of a lab, as in `new-lab kv-cache`."),
        },
        "check-code" => args.none(Command::CheckCode),
        "pretrain" => args.none(Command::Pretrain),
        "deny" => args.none(Command::Deny),
        "help" | "--help" | "-h" => Ok(Command::Help),
        other => bail!("There is no command `{other}`{} `cargo xtask help` lists them.", near(other, COMMANDS)),
    }
}

fn serve(args: Args) -> Result<Command> {
    let mut options = Serve { port: 8080, open: false, offline: false };
    args.each(&["--port", "--open", "--offline"], |name, value| {
        match name {
            "--port" => options.port = port(&value()?)?,
            "--open" => options.open = true,
            _ => options.offline = true,
        }
        Ok(())
    })?;
    Ok(Command::Serve(options))
}

fn content(args: Args) -> Result<Command> {
    let (mut options, dirs): (Vec<String>, Vec<String>) = args.0.partition(|arg| arg.starts_with('-'));
    if options.iter().any(|option| option == "--time") {
        options.retain(|option| option != "--time");
        let mut dirs = dirs.into_iter();
        let command = Command::Time { dir: dirs.next() };
        return Args(options.into_iter().chain(dirs).collect::<Vec<_>>().into_iter()).none(command);
    }
    let mut drafts = false;
    Args(options.into_iter().chain(dirs).collect::<Vec<_>>().into_iter()).each(&["--drafts", "--time"], |_, _| {
        drafts = true;
        Ok(())
    })?;
    Ok(Command::Content { drafts })
}

fn build(args: Args) -> Result<Command> {
    let mut options = Build { base: String::new(), origin: None, drafts: false };
    args.each(&["--public-url", "--origin", "--drafts"], |name, value| {
        match name {
            "--public-url" => options.base = base(&value()?)?,
            "--origin" => options.origin = Some(origin(&value()?)?),
            _ => options.drafts = true,
        }
        Ok(())
    })?;
    Ok(Command::Build(options))
}

fn test(mut args: Args) -> Result<Command> {
    let own: Vec<String> = args.0.by_ref().take_while(|arg| arg != "--").collect();
    let filter = args.0.collect();
    let mut only = Vec::new();
    Args(own.into_iter()).each(&["--only"], |_, value| {
        only.push(value()?);
        Ok(())
    })?;
    Ok(Command::Test(Test { only, filter }))
}

fn port(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => bail!("`--port {text}`: a port is a number from 1 to 65535."),
    }
}

/// `""` for the root, else a path with a slash in front and none behind.
fn base(text: &str) -> Result<String> {
    if text.contains("://") {
        bail!("`--public-url {text}`: this is the path alone, as in `/repo/`; scheme and host go to `--origin`.");
    }
    let path = text.trim_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    if path.split('/').any(|part| part == "." || part == "..") || !path.chars().all(is_plain) || path.contains("//") {
        bail!("`--public-url {text}`: this must be an absolute path of letters, digits, `-`, `.`, `_` and `~`.");
    }
    Ok(if path.is_empty() { String::new() } else { format!("/{path}") })
}

fn origin(text: &str) -> Result<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => bail!("`--origin {text}`: this must be scheme and host alone, as in `https://example.org`."),
    }
}

struct Args(std::vec::IntoIter<String>);

impl Args {
    /// Hands each option to `take`, with a way to its value: `--name value` or `--name=value`.
    fn each(
        mut self,
        known: &[&str],
        mut take: impl FnMut(&str, &mut dyn FnMut() -> Result<String>) -> Result<()>,
    ) -> Result<()> {
        while let Some(arg) = self.0.next() {
            let (name, mut joined) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (arg.as_str(), None),
            };
            if !known.contains(&name) {
                bail!("There is no option `{name}` here{}", near(name, known));
            }
            let mut value = || match joined.take().or_else(|| self.0.next().filter(|next| !next.starts_with("--"))) {
                Some(value) => Ok(value),
                None => bail!("`{name}` needs a value."),
            };
            take(name, &mut value)?;
            if let Some(value) = joined {
                bail!("`{name}` takes no value, but got `{value}`.");
            }
        }
        Ok(())
    }

    fn none(mut self, command: Command) -> Result<Command> {
        match self.0.next() {
            Some(arg) => bail!("There is no option `{arg}` here."),
            None => Ok(command),
        }
    }
}

/// `; did you mean …?` if a candidate is near, else an end of the sentence.
pub fn near(wrong: &str, candidates: &[&str]) -> String {
    let distance = |right: &&&str| strsim::damerau_levenshtein(wrong, right);
    match candidates.iter().min_by_key(distance) {
        Some(right) if distance(&right) <= 2 => format!("; did you mean `{right}`?"),
        _ => ".".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    fn refusal(line: &str) -> String {
        let message = read(line).unwrap_err().to_string();
        assert_eq!(message.lines().count(), 1, "{message}");
        message
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        assert_eq!(read("serve").unwrap(), Command::Serve(Serve { port: 8080, open: false, offline: false }));
        let all = Serve { port: 3000, open: true, offline: true };
        assert_eq!(read("serve --open --port=3000 --offline").unwrap(), Command::Serve(all));
        let expected = Build { base: "/repo".to_owned(), origin: Some("https://a.org".to_owned()), drafts: true };
        assert_eq!(
            read("build --public-url /repo/ --origin https://a.org/ --drafts").unwrap(),
            Command::Build(expected)
        );
        assert_eq!(
            read("test --only unit --only browser -- footnotes --nocapture").unwrap(),
            Command::Test(Test {
                only: vec!["unit".to_owned(), "browser".to_owned()],
                filter: vec!["footnotes".to_owned(), "--nocapture".to_owned()]
            })
        );
        assert_eq!(read("").unwrap(), Command::Help);
        assert_eq!(read("check").unwrap(), Command::Check { posts_only: false, links: false });
        assert_eq!(read("check --posts").unwrap(), Command::Check { posts_only: true, links: false });
        assert_eq!(read("check --links").unwrap(), Command::Check { posts_only: true, links: true });
        let slug = Some("laws".to_owned());
        assert_eq!(read("new-post Laws --slug laws").unwrap(), Command::NewPost { title: "Laws".to_owned(), slug });
        assert_eq!(read("import ../old").unwrap(), Command::Import { dir: "../old".to_owned() });
        assert_eq!(read("content --drafts").unwrap(), Command::Content { drafts: true });
        assert_eq!(read("content --time").unwrap(), Command::Time { dir: None });
        assert_eq!(read("content --time ../large").unwrap(), Command::Time { dir: Some("../large".to_owned()) });
        let dir = "../large".to_owned();
        assert_eq!(read("corpus 4000 ../large").unwrap(), Command::Corpus { n_posts: 4000, dir });
        assert_eq!(read("new-lab kv-cache").unwrap(), Command::NewLab { name: "kv-cache".to_owned() });
        assert_eq!(
            read("bench page --runs 3").unwrap(),
            Command::Program { bin: "bench-page", args: vec!["--runs".to_owned(), "3".to_owned()] }
        );
        assert_eq!(read("bench serve").unwrap(), Command::BenchServe { args: Vec::new() });
    }

    #[test]
    fn every_way_to_write_the_base_path_means_the_same() {
        for text in ["/repo/", "/repo", "repo", "repo/"] {
            assert_eq!(base(text).unwrap(), "/repo", "{text}");
        }
        for text in ["/", ""] {
            assert_eq!(base(text).unwrap(), "", "{text}");
        }
        assert_eq!(base("/a/b/").unwrap(), "/a/b");
        for text in ["https://a.org/repo/", "./", "/a//b", "/a b/", "/../"] {
            assert!(base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin("http://localhost:8080").unwrap(), "http://localhost:8080");
        for text in ["example.org", "https://", "https://a.org/repo", "ftp://a.org"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mistakes_are_one_sentence_with_the_nearest_right_word() {
        assert!(refusal("sevre").contains("did you mean `serve`?"));
        assert!(refusal("frobnicate").starts_with("There is no command `frobnicate`."));
        assert!(refusal("serve --prot 1").contains("did you mean `--port`?"));
        assert!(refusal("serve --port many").contains("1 to 65535"));
        assert!(refusal("serve --port 0").contains("1 to 65535"));
        assert!(refusal("serve --port").contains("needs a value"));
        assert!(refusal("serve --port --open").contains("needs a value"));
        assert!(refusal("serve --open=yes").contains("takes no value"));
        assert!(refusal("bench").contains("`bench page`, `bench labs`, `bench scale`, `bench serve` or `bench train`"));
        assert!(refusal("bench lab").contains("did you mean `labs`?"));
        assert!(refusal("check --fast").contains("--fast"));
        assert!(refusal("check --post").contains("did you mean `--posts`?"));
        assert!(refusal("new-post").contains("needs a title"));
        assert!(refusal("new-post --slug a").contains("needs a title"));
        assert!(refusal("new-post A title").contains("`title`"));
        assert!(refusal("import").contains("`import ../old-blog`"));
        assert!(refusal("import a b").contains("`b`"));
        assert!(refusal("new-lab").contains("`new-lab kv-cache`"));
        assert!(refusal("content --tim").contains("did you mean `--time`?"));
        assert!(refusal("content ../large").contains("`../large`"));
        assert!(refusal("content --time a b").contains("`b`"));
        assert!(refusal("corpus many ../large").contains("`corpus 4000 ../large`"));
        assert!(refusal("corpus 10").contains("a folder"));
        assert!(refusal("new-lab --force").contains("needs the name"));
        assert!(refusal("new-lab a b").contains("`b`"));
    }

    #[test]
    fn the_usage_names_every_command() {
        for command in COMMANDS {
            assert!(USAGE.contains(&format!("\n  {command} ")), "{command}");
        }
    }
}
