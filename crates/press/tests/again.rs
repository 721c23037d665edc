//! A site that is built again is, byte for byte, the site that is built from nothing; and what is as it was is not made
//! anew.
#![allow(clippy::unwrap_used)]

mod given;

use content::build::{Diagnostic, Severity};
use given::{collection, shell};
use press::{
    address::Address,
    corpus,
    digest::Key,
    offline::Offline,
    posts::{self, Reader, Wanted},
    site::{self, Memory, Plan, Report},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const N_POSTS: usize = 24;
const TODAY: &str = "2026-06-01";

/// A blog, and what is remembered of it.
struct Blog {
    home: tempfile::TempDir,
    offline: Offline,
    reader: Reader,
    memory: Memory,
}

/// How a build went.
struct Built {
    report: Option<Report>,
    findings: Vec<Diagnostic>,
}

impl Blog {
    fn new(offline: Offline) -> Self {
        let home = tempfile::tempdir().unwrap();
        shell(&home.path().join("shell"));
        let budget = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../budget.toml");
        corpus::write(&home.path().join("blog"), N_POSTS, &budget).unwrap();
        let blog = Self { home, offline, reader: Reader::default(), memory: Memory::default() };
        // A series of two, an old address, a drawing, and something to warn of in each build.
        for post_idx in [4, 9] {
            blog.edit(&blog.text(post_idx), "\ntags:", "\nseries: \"Walks\"\naliases: [/old/ALIAS/]\ntags:");
            blog.edit(&blog.text(post_idx), "ALIAS", &format!("walk-{post_idx}"));
        }
        blog.write("a.svg", 3, &drawing("M0 0H90"));
        blog.edit(&blog.text(3), "\n\n## First", "\n\n![A line.](a.svg)\n\n## First");
        blog.write("unused.csv", 15, "1\n");
        blog
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("blog").join(name)
    }

    fn folder(&self, post_idx: usize) -> PathBuf {
        self.path("posts").join(corpus::slug(post_idx))
    }

    fn text(&self, post_idx: usize) -> PathBuf {
        self.folder(post_idx).join("index.md")
    }

    fn write(&self, name: &str, post_idx: usize, text: &str) {
        fs::write(self.folder(post_idx).join(name), text).unwrap();
    }

    fn edit(&self, file: &Path, from: &str, to: &str) {
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(file, text.replacen(from, to, 1)).unwrap();
    }

    fn build(&self, reader: &mut Reader, memory: &mut Memory, out: &str) -> Built {
        let wanted = Wanted { drafts: false, today: TODAY, dictionary: None };
        let reading = reader.read(&self.path(""), wanted).unwrap();
        let Some(mut collection) = reading.collection else {
            return Built { report: None, findings: reading.findings };
        };
        let address = Address::new("https://example.org", "/repo").unwrap();
        collection.site.address = address.url("");
        let (shell, out) = (self.home.path().join("shell"), self.home.path().join(out));
        let cards = self.home.path().join("cards");
        let plan = Plan {
            shell: &shell,
            out: &out,
            address: &address,
            today: TODAY,
            cards: Some(&cards),
            offline: self.offline,
            budget: None,
        };
        let report = site::build_again(&mut collection, plan, memory).unwrap();
        reader.give_back(collection);
        Built { report: Some(report), findings: reading.findings }
    }

    /// Builds again with what is remembered.
    fn again(&mut self) -> Built {
        let (mut reader, mut memory) = (std::mem::take(&mut self.reader), std::mem::take(&mut self.memory));
        let built = self.build(&mut reader, &mut memory, "again");
        memory.prepare();
        (self.reader, self.memory) = (reader, memory);
        built
    }

    /// Builds again and from nothing, and holds one against the other. Returns how many pages were made.
    fn check(&mut self, what: &str) -> usize {
        let again = self.again();
        let cold = self.build(&mut Reader::default(), &mut Memory::default(), "cold");
        assert_eq!(again.findings, cold.findings, "{what}: what is told");
        assert!(again.findings.iter().any(|one| one.message.contains("unused.csv")), "{what}: {:?}", again.findings);
        let cold = cold.report.unwrap_or_else(|| panic!("{what}: {:?}", cold.findings));
        let report = again.report.unwrap_or_else(|| panic!("{what}: {:?}", again.findings));
        let (again_files, cold_files) = (files(&self.home.path().join("again")), files(&self.home.path().join("cold")));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&again_files), names(&cold_files), "{what}");
        let other = again_files.iter().find(|(name, bytes)| *bytes != &cold_files[*name]);
        assert_eq!(other.map(|(name, _)| name), None, "{what}: a file differs");
        assert_eq!(report.n_pages, cold.n_pages, "{what}");
        report.n_made
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.home.path().join("again").join(name)).unwrap()
    }
}

fn drawing(path: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 672 90\"><title>A line</title><path class=\"ax\" d=\"{path}\"/></svg>\n"
    )
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
    }
    files
}

fn page(post_idx: usize) -> String {
    format!("posts/{}/index.html", corpus::slug(post_idx))
}

#[test]
fn whatever_changes_the_site_is_that_of_a_build_from_nothing() {
    let mut blog = Blog::new(Offline::Never);
    let n_pages = blog.check("the first time");
    assert!(n_pages > N_POSTS, "{n_pages}");
    assert_eq!(blog.check("nothing changed"), 0, "nothing is made anew");

    // The page that a reader has open stays as it is.
    let held = blog.home.path().join("held.html");
    fs::hard_link(blog.home.path().join("again").join(page(7)), &held).unwrap();
    blog.edit(&blog.text(7), "\n\n## First", "\n\nA word that stands nowhere else: xylograph.\n\n## First");
    let n_made = blog.check("a text");
    assert!((1..4).contains(&n_made), "{n_made}: its own page, and those to which it is no longer so near");
    assert!(blog.read(&page(7)).contains("xylograph") && !fs::read_to_string(held).unwrap().contains("xylograph"));

    let before = blog.read("atom.xml");
    blog.edit(&blog.text(N_POSTS - 2), "title: \"How a ", "title: \"Why no ");
    let n_made = blog.check("a title");
    assert!((4..n_pages).contains(&n_made), "{n_made}: its page, the lists', its neighbours'");
    assert!(blog.read(&page(N_POSTS - 1)).contains("Why no ") && blog.read("index.html").contains("Why no "));
    assert!(blog.read("atom.xml") != before && blog.read("atom.xml").contains("Why no "));

    let tags = fs::read_to_string(blog.text(11)).unwrap();
    let (_, rest) = tags.split_once("\ntags: ").unwrap();
    blog.edit(&blog.text(11), rest.split('\n').next().unwrap(), "[a tag of its own]");
    blog.check("tags");
    assert!(blog.read("tags/a-tag-of-its-own/index.html").contains(&corpus::slug(11)));

    blog.edit(&blog.text(9), "series: \"Walks\"\n", "");
    blog.check("a series that lost a part");

    blog.write("a.svg", 3, &drawing("M0 0H80"));
    assert_eq!(blog.check("a file beside the text"), 1);
    blog.write("plate.svg", 5, PLATE);
    blog.check("a drawing of its own");

    let fresh = blog.path("posts/fresh");
    fs::create_dir(&fresh).unwrap();
    let front = "---\ntitle: Fresh\ndescription: A post that was not there the last time, and will not be the next.\n\
                 date: 2026-05-01\naliases: [/old/fresh/]\n---\n\nText.\n";
    fs::write(fresh.join("index.md"), front).unwrap();
    blog.check("a new post");
    assert!(blog.read("old/fresh/index.html").contains("/repo/posts/fresh/"));
    blog.edit(&fresh.join("index.md"), "date: 2026-05-01\n", "date: 2026-05-01\ndraft: true\n");
    blog.check("a draft");
    blog.edit(&fresh.join("index.md"), "draft: true\n", "");
    blog.check("no draft any more");
    fs::remove_dir_all(&fresh).unwrap();
    blog.check("a post that is gone");

    blog.edit(&blog.path("blog.toml"), "A large blog", "A larger blog");
    assert_eq!(blog.check("the site's name"), n_pages + 1, "all pages, that of the new tag too");
    blog.edit(&blog.path("blog.toml"), "mathbb{E}", "mathrm{E}");
    blog.check("a macro");
    fs::write(blog.path("references.bib"), WORKS).unwrap();
    fs::write(blog.path("glossary.toml"), GLOSSARY).unwrap();
    blog.check("a glossary");
    assert!(blog.read(&page(7)).contains("cut along the grain"));
    assert_eq!(blog.check("nothing changed in the end"), 0);
}

const PLATE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plate\" viewBox=\"0 0 64 64\" aria-hidden=\"true\">\
                     <path d=\"M6 6L58 58\"/></svg>\n";
const WORKS: &str = "@book{bewick1797birds, author={Bewick, Thomas}, title={History of British Birds}, year={1797}, \
                     publisher={Beilby and Bewick}, url={https://example.org/birds}}\n";
const GLOSSARY: &str = "[[term]]\nname = \"xylograph\"\ndefinition = \"A print from a block of wood, cut along the grain.\"\n\
                        source = \"bewick1797birds\"\n";

/// Every page names the build, whose id is decided by the pages of the frame.
#[test]
fn the_build_that_pages_name_is_always_their_own() {
    let mut blog = Blog::new(Offline::Published);
    let n_pages = blog.check("the first time");
    assert_eq!(blog.check("nothing changed"), 0);
    blog.edit(&blog.text(7), "\n\n## First", "\n\nOne more sentence.\n\n## First");
    let n_made = blog.check("a text, which no page of the frame shows");
    assert!((1..4).contains(&n_made), "{n_made}");
    blog.edit(&blog.text(N_POSTS - 1), "title: \"How a ", "title: \"Why no ");
    assert_eq!(blog.check("a title that home shows"), n_pages);
}

#[test]
fn a_mistake_is_told_until_it_is_mended_and_the_last_good_site_stays() {
    let mut blog = Blog::new(Offline::Never);
    blog.check("the first time");
    let good = files(&blog.home.path().join("again"));
    let errors = |built: &Built| -> Vec<String> {
        let errors = built.findings.iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| one.message.clone()).collect()
    };
    blog.edit(&blog.text(2), "description:", "descriptoin:");
    // The second time the post is as it was, and so is what is to be said of it.
    for _ in 0..2 {
        let built = blog.again();
        assert!(built.report.is_none() && errors(&built).iter().any(|one| one.contains("descriptoin")));
        assert!(built.findings.iter().any(|one| one.message.contains("unused.csv")), "{:?}", built.findings);
        let cold = blog.build(&mut Reader::default(), &mut Memory::default(), "cold");
        assert_eq!(built.findings, cold.findings);
        assert!(files(&blog.home.path().join("again")) == good);
    }
    blog.edit(&blog.text(2), "descriptoin:", "description:");
    assert_eq!(blog.check("mended"), 1);

    // A post that others lead to, none of which changes.
    let is_led_to = |slug: &str| {
        let mut others = (0..N_POSTS).filter(|idx| corpus::slug(*idx) != slug);
        others.any(|idx| corpus::post(idx).contains(&format!("(../{slug}/index.md)")))
    };
    let gone = (0..N_POSTS).find(|idx| is_led_to(&corpus::slug(*idx))).unwrap();
    let aside = blog.path("aside");
    fs::rename(blog.folder(gone), &aside).unwrap();
    for _ in 0..2 {
        let built = blog.again();
        let told = format!("`../{}/index.md` leads to no post", corpus::slug(gone));
        assert!(built.report.is_none() && errors(&built).iter().any(|one| one.contains(&told)), "{:?}", built.findings);
    }
    fs::rename(&aside, blog.folder(gone)).unwrap();
    assert_eq!(blog.check("back again"), 0);
}

/// The check of the pages themselves looks at a page that was kept, too, when what it leads to has gone.
#[test]
fn a_kept_page_that_leads_nowhere_any_more_is_told() {
    let home = tempfile::tempdir().unwrap();
    shell(&home.path().join("shell"));
    let mut blog = collection();
    for entry in &mut blog.entries {
        entry.stamp = Some(Key::of([entry.meta.slug.as_bytes()]));
    }
    blog.entries[1] = {
        let body = "The [first](../first/index.md#a-heading).";
        posts::Entry { stamp: blog.entries[1].stamp, ..given::entry("second-post", "Second", "2026-02-22", body) }
    };
    let address = Address::new("https://example.org", "/").unwrap();
    let (shell, out) = (home.path().join("shell"), home.path().join("dist"));
    let mut memory = Memory::default();
    let mut build = |blog: &posts::Collection| {
        let (cards, offline, budget) = (None, Offline::Never, None);
        let plan = Plan { shell: &shell, out: &out, address: &address, today: TODAY, cards, offline, budget };
        site::build_again(&mut blog.clone(), plan, &mut memory).map(|report| report.n_made)
    };
    assert!(build(&blog).unwrap() > 3);
    let stamp = Some(Key::of([&b"changed"[..]]));
    blog.entries[2] = posts::Entry { stamp, ..given::entry("first", "First", "2018-05-20", "## Another\n\nText.") };
    let told = build(&blog).unwrap_err().to_string();
    assert!(told.contains("leads to no place: `posts/first/index.html` has no id `a-heading`"), "{told}");
    blog.entries[2] = posts::Entry { stamp, ..given::entry("first", "First", "2018-05-20", "## A heading\n\nWords.") };
    assert_eq!(build(&blog).unwrap(), 1);
}
