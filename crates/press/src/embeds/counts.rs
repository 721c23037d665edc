//! How often an article was read, as far as its readers had themselves counted: a number from GoatCounter.

use super::host;
use crate::markup::escape;
use content::build::Counts;

/// The section. What follows the buttons says what is sent.
pub(super) fn section(counts: &Counts) -> String {
    let (address, host) = (escape(&counts.address), escape(host(&counts.address)));
    format!(
        "<section class=\"embed ui\" id=\"counts\" aria-labelledby=\"counts-title\" data-site=\"{address}\">\
         <h2 id=\"counts-title\" tabindex=\"-1\">Readers</h2>\
         <p>{host} counts the visits of readers who wish it, without cookies. It is asked nothing and told nothing \
         before you press.</p>\
         <p class=\"embed-ask\"><button type=\"button\" class=\"btn\" data-ask=\"count\" \
         aria-describedby=\"counts-note\">Show how often this was read</button>\
         <button type=\"button\" class=\"btn\" data-ask=\"visit\" aria-describedby=\"counts-note\">Count my \
         visit</button><span id=\"counts-note\">Your browser then talks to {host}.</span></p>\
         <p class=\"embed-told\" role=\"status\"></p></section>"
    )
}
