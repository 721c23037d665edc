//! The glossary, whose terms the build has written already.

use crate::html::html;

/// `/glossary/`
pub fn write(out: &mut String, terms: &str) {
    html!(
        out,
        "<article class=\"page prose\"><header class=\"title wide\"><h1 tabindex=\"-1\">Glossary</h1>\
         <p>The terms of the articles, each with its first source.</p></header><div class=\"seg\">"
        {terms} "</div></article>"
    );
}
