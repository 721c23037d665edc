//! Commands that the converter lacks and that others can express.

/// Name, number of arguments, meaning; in the order of names.
const MACROS: &[(&str, u8, &str)] = &[
    ("KaTeX", 0, r"\text{KaTeX}"),
    ("LaTeX", 0, r"\text{LaTeX}"),
    ("TeX", 0, r"\text{TeX}"),
    ("angln", 0, r"\angl{n}"),
    ("centerdot", 0, r"\cdot"),
    ("clap", 1, r"\mathclap{\text{#1}}"),
    ("dotsb", 0, r"\cdots"),
    ("dotsc", 0, r"\ldots"),
    ("dotsi", 0, r"\cdots"),
    ("dotsm", 0, r"\cdots"),
    ("dotso", 0, r"\ldots"),
    ("ensuremath", 1, r"{#1}"),
    ("intop", 0, r"\int\limits"),
    ("llap", 1, r"\mathllap{\text{#1}}"),
    ("lparen", 0, r"("),
    ("mathbbm", 1, r"\mathbb{#1}"),
    ("mathds", 1, r"\mathbb{#1}"),
    ("mathellipsis", 0, r"\ldots"),
    ("mathnormal", 1, r"{#1}"),
    ("nicefrac", 2, r"{{}^{#1}\!/_{#2}}"),
    ("nobreakspace", 0, r"~"),
    ("nshortmid", 0, r"\nmid"),
    ("nshortparallel", 0, r"\nparallel"),
    ("pmb", 1, r"\boldsymbol{#1}"),
    ("pod", 1, r"\quad(#1)"),
    ("rlap", 1, r"\mathrlap{\text{#1}}"),
    ("rparen", 0, r")"),
    ("sdot", 0, r"\cdot"),
    ("sfrac", 2, r"{{}^{#1}\!/_{#2}}"),
    ("shortmid", 0, r"\mid"),
    ("shortparallel", 0, r"\parallel"),
    ("smallfrown", 0, r"\frown"),
    ("smallint", 0, r"{\textstyle\int}"),
    ("smallsetminus", 0, r"\setminus"),
    ("smallsmile", 0, r"\smile"),
    ("strut", 0, r"\mathstrut"),
    ("thickapprox", 0, r"\approx"),
    ("thicksim", 0, r"\sim"),
    ("underbar", 1, r"\underline{#1}"),
    ("varinjlim", 0, r"\mathop{\underrightarrow{\mathrm{lim}}}"),
    ("varliminf", 0, r"\mathop{\underline{\mathrm{lim}}}"),
    ("varlimsup", 0, r"\mathop{\overline{\mathrm{lim}}}"),
    ("varprojlim", 0, r"\mathop{\underleftarrow{\mathrm{lim}}}"),
    ("varpropto", 0, r"\propto"),
];

/// How many arguments our own macro of that name takes, and what it means.
pub(super) fn get(name: &str) -> Option<(u8, &'static str)> {
    let place = MACROS.binary_search_by_key(&name, |entry| entry.0).ok()?;
    Some((MACROS[place].1, MACROS[place].2))
}

/// The names of our own macros.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    MACROS.iter().map(|entry| entry.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order() {
        assert!(MACROS.is_sorted_by_key(|entry| entry.0), "binary search would miss some");
    }

    #[test]
    fn is_found_by_name() {
        assert_eq!(get("dotsb"), Some((0, r"\cdots")));
        assert_eq!(get("dots"), None);
    }
}
