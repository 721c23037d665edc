//! Pages that list posts.

mod archive;
mod home;
mod posts;
mod series;
mod sheets;
mod tag;
mod tags;

use crate::list::List;
use content::manifest::Site;

/// The page of any list.
pub fn write(out: &mut String, list: &List, site: &Site, base: &str) {
    match list {
        List::Home { sheet, finder } => home::write(out, sheet, finder, site, base),
        List::Tags { tags } => tags::write(out, tags, base),
        List::Tag { tag, sheet, finder } => tag::write(out, tag, sheet, finder, base),
        List::Series { name, posts, .. } => series::write(out, name, posts, base),
        List::Archive { years } => archive::write(out, years, base),
        List::Year { year } => archive::write_year(out, year, base),
    }
    sheets::write(out, list, base);
}

/// `1 article`, `12 articles`
fn articles(n: u32) -> String {
    [n.to_string().as_str(), if n == 1 { " article" } else { " articles" }].concat()
}
