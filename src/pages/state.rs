//! What stands in place of content that is not here: a quiet line, or a sentence and a button.

use crate::{html::html, store::Failure};

/// Under way.
pub fn waiting() -> String {
    "<div class=\"page\"><p class=\"waiting ui\" role=\"status\">Loading …</p></div>".to_owned()
}

/// It did not come. The button is answered by `browser`.
pub fn failed(failure: &Failure) -> String {
    let mut out = String::new();
    html!(
        &mut out,
        "<div class=\"page\"><div class=\"failure\" role=\"alert\"><h1 tabindex=\"-1\">This page did not come</h1><p>"
        (failure.to_string())
        "</p><p><button class=\"btn go ui\" type=\"button\" data-retry>Try again</button></p></div></div>"
    );
    out
}
