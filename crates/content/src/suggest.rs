//! "Did you mean …": the nearest of the valid names.

use crate::slug::fold;

/// The candidate nearest to `wanted`, if any is near enough to be worth saying.
///
/// Distance is optimal string alignment (an edit, or two neighbours that changed places) without regard to case; near
/// enough is at most a third of the longer name, and at least 1.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = |name: &str| (name.chars().count().max(wanted.chars().count()) / 3).max(1);
    rank(wanted, candidates).into_iter().find(|(distance, name)| *distance <= limit(name)).map(|(_, name)| name)
}

/// All candidates, nearest first, with their distances; equally near ones in alphabetical order.
pub fn rank<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let wanted = fold(wanted);
    let distance = |name: &str| strsim::osa_distance(&wanted, &fold(name));
    let mut ranked: Vec<_> = candidates.into_iter().map(|name| (distance(name), name)).collect();
    ranked.sort();
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["title", "description", "date", "tags"];

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        for (wanted, meant) in
            [("titel", "title"), ("Descripton", "description"), ("tag", "tags"), ("DATE", "date"), ("dat", "date")]
        {
            assert_eq!(nearest(wanted, NAMES), Some(meant), "{wanted}");
        }
    }

    #[test]
    fn what_is_far_is_not_suggested() {
        for wanted in ["author", "x", "", "descent"] {
            assert_eq!(nearest(wanted, NAMES), None, "{wanted}");
        }
        assert_eq!(nearest("a", []), None);
    }

    #[test]
    fn all_are_ranked_nearest_first() {
        assert_eq!(rank("ab", ["ba", "ab", "xyz", "aa"]), [(0, "ab"), (1, "aa"), (1, "ba"), (3, "xyz")]);
    }
}
