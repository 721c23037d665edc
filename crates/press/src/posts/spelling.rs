//! Spelling: which texts there are to check, and with which words.

use super::{
    Reader,
    folder::{Listing, TEXT},
    read::{CONFIG, GLOSSARY, optional},
};
use crate::{digest::Key, threads};
use anyhow::{Context, Result};
use content::build::{Diagnostic, Folder, OwnWords, Spelled, Spelling, Text};
use labs::registry;
use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

/// The project's own words; a blog that needs none needs no such file.
const OWN_WORDS: &str = "spelling.txt";
/// Where the labs' captions and questions are written.
const LABS: &str = "crates/labs/src";

/// What is remembered from one check to the next.
#[derive(Default)]
pub struct Remembered {
    /// With the key of all that it was made of.
    spelling: Option<(Key, Spelling)>,
    /// Of each post, with what it was read from.
    posts: HashMap<String, (Key, Vec<Spelled>)>,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Remembered({} posts)", self.posts.len())
    }
}

impl Remembered {
    /// Forgets all if the dictionary, the project's own words or the names are others than before.
    fn refresh(&mut self, dictionary: &Path, own: &OwnWords, own_text: &[u8], names: &BTreeSet<String>) -> Result<()> {
        let key = Key::of([own_text, format!("{names:?}").as_bytes()]);
        // A folder that cannot be listed is told below, by the name of a file.
        let key = Listing::open(dictionary).map_or(key, |folder| folder.stamp(key));
        if self.spelling.as_ref().is_some_and(|(known, _)| *known == key) {
            return Ok(());
        }
        let read = |name: &str| {
            let path = dictionary.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read the dictionary `{}`", path.display()))
        };
        let spelling = Spelling::new(&read("index.aff")?, &read("index.dic")?, own.clone(), names.clone())?;
        *self = Self { spelling: Some((key, spelling)), posts: HashMap::new() };
        Ok(())
    }
}

/// Checks all that readers read: posts with their drawings, the glossary, the site's own words and the labs'.
///
/// # Errors
/// A file cannot be read, or `dictionary` is no Hunspell dictionary.
pub fn check(
    root: &Path,
    dictionary: &Path,
    slugs: &[String],
    names: &BTreeSet<String>,
    reader: &mut Reader,
) -> Result<Vec<Diagnostic>> {
    let own_text = optional(root, OWN_WORDS)?;
    let (own, mut findings) = OwnWords::parse(OWN_WORDS, &own_text);
    let mut remembered = std::mem::take(&mut reader.spelled);
    remembered.refresh(dictionary, &own, &own_text, names)?;
    let Remembered { spelling: Some((_, spelling)), posts: known } = &mut remembered else { return Ok(findings) };
    let file = |name: &str| Ok::<_, anyhow::Error>(String::from_utf8_lossy(&optional(root, name)?).into_owned());
    let of_site = [
        spelling.check(CONFIG, Text::Config(&file(CONFIG)?)),
        spelling.check(GLOSSARY, Text::Glossary(&file(GLOSSARY)?)),
    ];
    known.retain(|slug, (stamp, _)| reader.stamp(slug) == Some(*stamp));
    let fresh: Vec<&String> = slugs.iter().filter(|slug| !known.contains_key(*slug)).collect();
    let checked = threads::map(&fresh, |slug| post(root, slug, spelling));
    for (slug, outcome) in fresh.into_iter().zip(checked) {
        if let Some(stamp) = reader.stamp(slug) {
            known.insert(slug.clone(), (stamp, outcome?));
        }
    }
    let labs = labs(root, spelling)?;
    let of_posts = slugs.iter().filter_map(|slug| known.get(slug)).flat_map(|(_, spelled)| spelled);
    let mut needed = BTreeSet::new();
    for one in of_site.iter().chain(of_posts).chain(&labs) {
        findings.extend(one.findings.iter().cloned());
        needed.extend(one.needed.iter().cloned());
    }
    findings.extend(spelling.unneeded(&needed));
    reader.spelled = remembered;
    Ok(findings)
}

/// A post's text and its drawings. What is no text at all is told elsewhere.
fn post(root: &Path, slug: &str, spelling: &Spelling) -> Result<Vec<Spelled>> {
    let folder = Listing::open(&root.join("posts").join(slug))?;
    let text = optional(root, &format!("posts/{slug}/{TEXT}"))?;
    let mut all = vec![spelling.check(&format!("posts/{slug}/{TEXT}"), Text::Post(&String::from_utf8_lossy(&text)))];
    for name in folder.names().iter().filter(|name| name.ends_with(".svg")) {
        let drawing = folder.read(name).unwrap_or_default();
        all.push(spelling.check(&format!("posts/{slug}/{name}"), Text::Drawing(&String::from_utf8_lossy(&drawing))));
    }
    Ok(all)
}

/// What the figures of the labs say, in the programs that say it; a blog need not have the labs' code.
fn labs(root: &Path, spelling: &Spelling) -> Result<Vec<Spelled>> {
    let mut sentences: Vec<&str> = registry::labs()
        .flat_map(|lab| [Some(lab.caption), Some(lab.question), lab.about.map(|about| about.computes)])
        .flatten()
        .collect();
    let mut files = Vec::new();
    list(&root.join(LABS), &mut files)?;
    files.sort();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let mut checked = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let shown = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        checked.push(spelling.check(&shown, Text::Quoted(&text, &sentences)));
        sentences.retain(|sentence| !text.contains(sentence));
    }
    // One that is broken over lines of the program is checked without its place.
    checked.extend(sentences.iter().map(|sentence| spelling.check(LABS, Text::Quoted(sentence, &[sentence]))));
    Ok(checked)
}

/// All Rust files below `folder`, if it is there.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
