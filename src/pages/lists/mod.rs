//! Pages that list posts. Only the build writes them; the client takes them as they are.

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
        List::Tags(all) => tags::write(out, all, base),
        List::Tag { tag, sheet, finder } => tag::write(out, tag, sheet, finder, base),
        List::Series { name, posts, .. } => series::write(out, name, posts, base),
        List::Archive(years) => archive::write(out, years, base),
        List::ArchiveYear(year) => archive::write_year(out, year, base),
    }
    sheets::write(out, list, base);
}
