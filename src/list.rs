//! Lists of posts: what the build picks of all posts and cuts into pages. The client fetches the data of one page of a
//! list, so that what a page costs a reader does not grow with the blog, and writes it as the build does.

use content::manifest::{PostMeta, Site};
use serde::{Deserialize, Serialize};

/// `posts/manifest.json`: what home shows, and the site's words, which a page needs where none was prerendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The site as `blog.toml` describes it.
    pub site: Site,
    /// The first page of the list of all posts.
    pub list: List,
}

/// A page that lists posts; of each but home's first the piece is `posts/_lists/<path>/index.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum List {
    /// All posts, newest first.
    Home {
        /// Those of this page.
        sheet: Sheet,
        /// What stands above them.
        finder: Finder,
    },
    /// All tags, the most used first.
    Tags {
        /// All of them.
        tags: Vec<Tag>,
    },
    /// The posts of one tag, newest first.
    Tag {
        /// The tag.
        tag: Tag,
        /// Those of this page.
        sheet: Sheet,
        /// What stands above them.
        finder: Finder,
    },
    /// The parts of a series, in their order.
    Series {
        /// Its name.
        name: String,
        /// For its address.
        slug: String,
        /// Its parts.
        posts: Vec<PostMeta>,
    },
    /// All posts by year, in a line each.
    Archive {
        /// The years, the newest first.
        years: Vec<Year>,
    },
    /// The posts of one year, where all years are too much for a page.
    Year {
        /// The year.
        year: Year,
    },
}

/// One page of a list that is cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its posts.
    pub posts: Vec<PostMeta>,
    /// Which page it is, from 1.
    pub number: u32,
    /// How many there are.
    pub n_sheets: u32,
}

/// A tag and what is said of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// As its newest post's author wrote it.
    pub name: String,
    /// For its address.
    pub slug: String,
    /// How many posts have it.
    pub n_posts: u32,
    /// Titles of its newest posts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newest: Vec<String>,
}

/// The line of tags above a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Finder {
    /// How many posts the blog has.
    pub n_posts: u32,
    /// The most used tags.
    pub tags: Vec<Tag>,
    /// Whether there are more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

/// A year of the archive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Year {
    /// `2026`
    pub name: String,
    /// How many posts it has.
    pub n_posts: u32,
    /// Its posts, newest first; none where they stand on a page of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostMeta>,
}

impl List {
    /// Its path under the base, as `/tags/x/page/2/`.
    pub fn path(&self) -> String {
        let number = self.sheet().map_or(1, |sheet| sheet.number);
        self.numbered(number)
    }

    /// The paths of the page before it and the page after it, where it is cut.
    pub fn neighbours(&self) -> [Option<String>; 2] {
        let Some(sheet) = self.sheet() else { return [None, None] };
        [
            (sheet.number > 1).then(|| self.numbered(sheet.number - 1)),
            (sheet.number < sheet.n_sheets).then(|| self.numbered(sheet.number + 1)),
        ]
    }

    /// Its title without the blog's; nothing for the blog's own first page.
    pub fn name(&self) -> Option<String> {
        let name = match self {
            Self::Home { .. } => "All articles".to_owned(),
            Self::Tags { .. } => "Tags".to_owned(),
            Self::Tag { tag, .. } => sentence(&tag.name),
            Self::Series { name, .. } => name.clone(),
            Self::Archive { .. } => "Archive".to_owned(),
            Self::Year { year } => ["Archive of ", &year.name].concat(),
        };
        match (self, self.sheet()) {
            (_, Some(Sheet { number: n @ 2.., .. })) => Some([&name, ", page ", &n.to_string()].concat()),
            (Self::Home { .. }, _) => None,
            _ => Some(name),
        }
    }

    /// A sentence for machines.
    pub fn description(&self, site: &Site) -> String {
        let title = &site.title;
        match self {
            Self::Home { .. } => site.description.clone(),
            Self::Tags { .. } => ["The subjects of ", title, "."].concat(),
            Self::Tag { tag, .. } => ["Articles on ", &tag.name, " in ", title, "."].concat(),
            Self::Series { name, posts, .. } => {
                ["“", name, "”: a series of ", &posts.len().to_string(), " articles in ", title, "."].concat()
            }
            Self::Archive { .. } => ["All articles of ", title, " by year."].concat(),
            Self::Year { year } => ["The articles of ", &year.name, " in ", title, "."].concat(),
        }
    }

    /// The posts that it shows.
    pub fn posts(&self) -> &[PostMeta] {
        match self {
            Self::Series { posts, .. } => posts,
            _ => self.sheet().map(|sheet| sheet.posts.as_slice()).unwrap_or_default(),
        }
    }

    fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::Home { sheet, .. } | Self::Tag { sheet, .. } => Some(sheet),
            _ => None,
        }
    }

    fn numbered(&self, number: u32) -> String {
        let first = match self {
            Self::Home { .. } => "/".to_owned(),
            Self::Tags { .. } => "/tags/".to_owned(),
            Self::Tag { tag, .. } => tag.path(),
            Self::Series { slug, .. } => ["/series/", slug, "/"].concat(),
            Self::Archive { .. } => "/archive/".to_owned(),
            Self::Year { year } => year.path(),
        };
        if number < 2 { first } else { [&first, "page/", &number.to_string(), "/"].concat() }
    }
}

impl Tag {
    /// Its page's path under the base.
    pub fn path(&self) -> String {
        ["/tags/", &self.slug, "/"].concat()
    }

    /// Its feed's.
    pub fn feed(&self) -> String {
        [&self.path(), "atom.xml"].concat()
    }
}

impl Year {
    /// Its page's path under the base, where it has one.
    pub fn path(&self) -> String {
        ["/archive/", &self.name, "/"].concat()
    }
}

/// A tag with a capital, as a heading.
pub fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(number: u32, n_sheets: u32) -> List {
        let tag = Tag { name: "reward models".into(), slug: "reward-models".into(), ..Tag::default() };
        List::Tag { tag, sheet: Sheet { number, n_sheets, ..Sheet::default() }, finder: Finder::default() }
    }

    #[test]
    fn a_list_that_is_cut_knows_its_pages() {
        let path = |path: &str| Some(path.to_owned());
        assert_eq!(tag(1, 1).neighbours(), [None, None]);
        assert_eq!(
            (tag(1, 3).path(), tag(3, 3).path()),
            ("/tags/reward-models/".into(), "/tags/reward-models/page/3/".into())
        );
        assert_eq!(tag(2, 3).neighbours(), [path("/tags/reward-models/"), path("/tags/reward-models/page/3/")]);
        assert_eq!(tag(3, 3).neighbours(), [path("/tags/reward-models/page/2/"), None]);
        assert_eq!((tag(1, 3).name(), tag(2, 3).name()), (path("Reward models"), path("Reward models, page 2")));
        let home =
            |number| List::Home { sheet: Sheet { number, n_sheets: 2, ..Sheet::default() }, finder: Finder::default() };
        assert_eq!((home(1).name(), home(2).name()), (None, path("All articles, page 2")));
        assert_eq!(home(2).neighbours(), [path("/"), None]);
    }
}
