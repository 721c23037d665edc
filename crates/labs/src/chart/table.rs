//! The numbers behind a chart.

use super::svg::push_escaped;

/// Rows of texts under a head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it lists.
    pub caption: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// As many cells in each as the head has.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As HTML.
    pub fn html(&self) -> String {
        let mut out = String::from("<table><caption>");
        push_escaped(&mut out, &self.caption);
        out.push_str("</caption><thead><tr>");
        for name in &self.head {
            out.push_str("<th class=\"r\" scope=\"col\">");
            push_escaped(&mut out, name);
            out.push_str("</th>");
        }
        out.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            out.push_str("<tr>");
            for cell in row {
                out.push_str("<td class=\"r\">");
                push_escaped(&mut out, cell);
                out.push_str("</td>");
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
        out
    }
}

/// Up to `n_rows` indices of `n`, evenly apart, with the first and the last.
pub(super) fn thinned(n: usize, n_rows: usize) -> Vec<usize> {
    if n <= n_rows || n_rows < 2 {
        return (0..n).collect();
    }
    (0..n_rows).map(|row_idx| (row_idx * (n - 1) + (n_rows - 1) / 2) / (n_rows - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends() {
        assert_eq!(thinned(3, 8), [0, 1, 2]);
        assert_eq!(thinned(101, 5), [0, 25, 50, 75, 100]);
        assert_eq!(thinned(10, 4), [0, 3, 6, 9]);
    }

    #[test]
    fn cells_are_text() {
        let table = Table { caption: "a & b".into(), head: vec!["<x>".into()], rows: vec![vec!["1".into()]] };
        let expected = "<table><caption>a &amp; b</caption><thead><tr><th class=\"r\" scope=\"col\">&lt;x></th></tr>\
                        </thead><tbody><tr><td class=\"r\">1</td></tr></tbody></table>";
        assert_eq!(table.html(), expected);
    }
}
