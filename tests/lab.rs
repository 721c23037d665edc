//! A lab's figure in a tab, as a reader works it.

use crate::{
    browser::Tab,
    site::{Build, Site},
};
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path};
use tempfile::TempDir;

/// A button of a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Begins, holds or goes on.
    Go,
    /// One step.
    Step,
    /// Ends the run.
    Stop,
    /// Back to the page's picture.
    Reset,
    /// Copies a link.
    Link,
    /// Saves the numbers.
    Csv,
    /// Saves the first drawing.
    Svg,
    /// Of a lab that failed as a whole.
    Again,
}

impl Button {
    fn selector(self) -> &'static str {
        match self {
            Self::Go => ".lab-run .go",
            Self::Step => ".lab-run button:nth-of-type(2)",
            Self::Stop => ".lab-run button:nth-of-type(3)",
            Self::Reset => ".lab-run button:nth-of-type(4)",
            Self::Link => ".lab-keep button:nth-of-type(1)",
            Self::Csv => ".lab-keep button:nth-of-type(2)",
            Self::Svg => "[data-save]",
            Self::Again => ".lab-failure button",
        }
    }
}

/// An article with a lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its path under the base.
    pub route: String,
    /// The lab's name; also the figure's id.
    pub lab: String,
}

impl Place {
    /// The first article whose lab is built and like the others: what fine-tunes a language model has tests of its own.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(site: &Site) -> Result<Self> {
        Self::first(site, false)
    }

    /// The first article whose lab fine-tunes a language model.
    ///
    /// # Errors
    /// If there is none.
    pub fn of_language_model(site: &Site) -> Result<Self> {
        Self::first(site, true)
    }

    fn first(site: &Site, needs_language_model: bool) -> Result<Self> {
        for route in site.articles()? {
            if let Some((_, after)) = site.html(&route)?.split_once(" data-lab=\"") {
                let lab = after.split('"').next().unwrap_or_default().to_owned();
                if labs::registry::find(&lab).is_some_and(|lab| lab.needs_language_model() == needs_language_model) {
                    return Ok(Self { route, lab });
                }
            }
        }
        anyhow::bail!("no article has such a lab that is built")
    }

    /// How many steps a run of the lab has.
    ///
    /// # Errors
    /// If the lab is not built.
    pub fn n_steps(&self) -> Result<u32> {
        let about = labs::registry::find(&self.lab).and_then(|lab| lab.about);
        Ok(about.with_context(|| format!("the lab {} is not built", self.lab))?.n_steps)
    }
}

/// A figure.
pub struct Lab<'a> {
    tab: &'a Tab,
    id: String,
}

impl<'a> Lab<'a> {
    /// The figure with this id.
    pub fn new(tab: &'a Tab, id: &str) -> Self {
        Self { tab, id: id.to_owned() }
    }

    /// A selector of something in the figure.
    pub fn selector(&self, inside: &str) -> String {
        format!("figure#{} {inside}", self.id)
    }

    /// Brings the figure's controls into the window and waits until they work.
    ///
    /// # Errors
    /// If they never do.
    pub async fn wake(&self) -> Result<()> {
        self.tab.reveal(&self.selector(".lab-controls")).await?;
        let live = format!("document.querySelector({:?})", self.selector("fieldset:enabled"));
        self.tab.wait_for(&live, "the lab to be live").await
    }

    /// Clicks a button.
    ///
    /// # Errors
    /// If it is not there, or something lies over it.
    pub async fn press(&self, button: Button) -> Result<()> {
        let selector = self.selector(button.selector());
        self.tab.reveal(&selector).await?;
        self.tab.click(&selector).await
    }

    /// Types into the first field of a number.
    ///
    /// # Errors
    /// If there is none.
    pub async fn set_seed(&self, seed: u64) -> Result<()> {
        let field = self.selector(".lab-seed input");
        let set = format!(
            "(() => {{ const field = document.querySelector({field:?}); field.value = '{seed}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             field.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
        );
        self.tab.eval(&set).await
    }

    /// What it is at: `still`, `running` …
    ///
    /// # Errors
    /// If there is no live figure.
    pub async fn phase(&self) -> Result<String> {
        self.tab.eval(&format!("document.querySelector({:?}).dataset.phase", self.selector(".lab-body"))).await
    }

    /// Waits until it is at this.
    ///
    /// # Errors
    /// If that does not happen in time.
    pub async fn wait_phase(&self, phase: &str) -> Result<()> {
        let selector = self.selector(&format!(".lab-body[data-phase={phase}]"));
        let what = format!("the lab {} to be {phase}", self.id);
        match self.tab.wait_for(&format!("document.querySelector({selector:?})"), &what).await {
            Ok(()) => Ok(()),
            Err(error) => {
                let state = format!(
                    "(() => {{ const body = document.querySelector({:?}), box = body.getBoundingClientRect(); \
                     return `it is ${{body.dataset.phase}} and says “${{body.querySelector('.lab-count').innerText}}”, \
                     from ${{box.top | 0}} to ${{box.bottom | 0}} of ${{innerHeight}} px, ${{document.visibilityState}}` }})()",
                    self.selector(".lab-body")
                );
                let state: String = self.tab.eval(&state).await.unwrap_or_default();
                Err(error.context(state))
            }
        }
    }

    /// Completed steps of what is shown.
    ///
    /// # Errors
    /// If it shows none.
    pub async fn step(&self) -> Result<u32> {
        let count = format!("document.querySelector({:?}).textContent", self.selector(".lab-count b"));
        let text: String = self.tab.eval(&count).await?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().with_context(|| format!("the lab counts {text:?} steps"))
    }

    /// Waits until more than so many steps are done.
    ///
    /// # Errors
    /// If that does not happen in time.
    pub async fn wait_beyond(&self, step: u32) -> Result<()> {
        let selector = self.selector(".lab-count b");
        let beyond = format!("document.querySelector({selector:?}).textContent.replace(/\\D/g, '') > {step}");
        self.tab.wait_for(&beyond, &format!("the lab {} to be beyond step {step}", self.id)).await
    }

    /// Begins a run and waits until it makes steps.
    ///
    /// # Errors
    /// If it does not.
    pub async fn run(&self) -> Result<()> {
        self.press(Button::Go).await?;
        self.wait_phase("running").await?;
        // The count of the picture goes when the first report comes.
        let words = self.selector(".lab-count span");
        self.tab
            .wait_for(&format!("!/run at build/.test(document.querySelector({words:?}).textContent)"), "a first report")
            .await?;
        self.wait_beyond(0).await
    }

    /// The sentence that tells what is wrong; empty if nothing is.
    ///
    /// # Errors
    /// If the page does not answer.
    pub async fn problem(&self) -> Result<String> {
        let selector = self.selector(":is(.lab-problem, .lab-failure)");
        let texts =
            format!("[...document.querySelectorAll({selector:?})].map((it) => it.innerText.trim()).join(' ').trim()");
        self.tab.eval(&texts).await
    }

    /// Waits for a sentence that tells what is wrong and gives it.
    ///
    /// # Errors
    /// If none comes.
    pub async fn wait_problem(&self) -> Result<String> {
        let selector = self.selector(":is(.lab-problem, .lab-failure)");
        let told = format!("[...document.querySelectorAll({selector:?})].some((it) => it.innerText.trim())");
        self.tab.wait_for(&told, "a sentence about what is wrong").await?;
        let sentence = self.problem().await?;
        ensure!(sentence.contains('.') && sentence.len() > 20, "this is no sentence: {sentence:?}");
        Ok(sentence)
    }
}

/// A copy of a built site with one page changed.
///
/// # Errors
/// If it cannot be copied, or the change changes nothing.
pub fn altered(build: Build, route: &str, change: impl FnOnce(&str) -> String) -> Result<(TempDir, Site)> {
    let (built, folder) = copied(build)?;
    let html = built.html(route)?;
    let changed = change(&html);
    ensure!(changed != html, "the page {route} is not changed");
    fs::write(folder.path().join(format!("{}index.html", route.trim_start_matches('/'))), changed)?;
    let site = Site::serve_folder(folder.path().to_owned(), build.base())?;
    Ok((folder, site))
}

/// A copy of a built site with a script before each script whose name begins so.
///
/// # Errors
/// If it cannot be copied, or there is no such script.
pub fn prefixed(build: Build, start: &str, script: &str) -> Result<(TempDir, Site)> {
    let (built, folder) = copied(build)?;
    let files: Vec<_> =
        built.files()?.into_iter().filter(|file| file.starts_with(start) && file.ends_with(".js")).collect();
    ensure!(!files.is_empty(), "no script of the site begins with {start}");
    for file in files {
        fs::write(folder.path().join(&file), format!("{script}\n{}", built.read(&file)?))?;
    }
    let site = Site::serve_folder(folder.path().to_owned(), build.base())?;
    Ok((folder, site))
}

fn copied(build: Build) -> Result<(Site, TempDir)> {
    let built = Site::serve(build)?;
    let folder = tempfile::tempdir()?;
    for file in built.files()? {
        let to = folder.path().join(&file);
        fs::create_dir_all(to.parent().unwrap_or(Path::new("")))?;
        fs::copy(built.dist.join(&file), to)?;
    }
    Ok((built, folder))
}

/// A page's HTML with its first lab twice, the second called `ID-2`.
///
/// # Errors
/// If it has no lab.
pub fn twice(html: &str, id: &str) -> Result<String> {
    let begin = html.find(&format!("<figure class=\"lab wide\" id=\"{id}\"")).context("there is no such figure")?;
    let end = begin + html[begin..].find("</figure>").context("the figure does not end")? + "</figure>".len();
    // Ids of its parts begin with the figure's; the lab's name stays.
    let name = format!(" data-lab=\"{id}\"");
    let second = html[begin..end]
        .replace(&name, "\u{0}")
        .replace(&format!("\"{id}-"), &format!("\"{id}-2-"))
        .replace(&format!("\"{id}\""), &format!("\"{id}-2\""))
        .replace('\u{0}', &name);
    Ok(format!("{}{second}{}", &html[..end], &html[end..]))
}
