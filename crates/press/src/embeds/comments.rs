//! Comments, which GitHub keeps in its discussions and giscus shows.

use super::host;
use crate::markup::escape;
use content::build::Comments;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The languages that giscus speaks. Source: giscus, `i18n.js`.
const LANGUAGES: [&str; 38] = [
    "ar", "be", "bg", "ca", "cs", "da", "de", "en", "eo", "es", "eu", "fa", "fr", "gr", "gsw", "hbs", "he", "hu", "id",
    "it", "ja", "kh", "ko", "nl", "pl", "pt", "ro", "ru", "th", "tr", "vi", "uk", "uz", "zh-CN", "zh-Hans", "zh-Hant",
    "zh-TW", "zh-HK",
];

/// The section. Its script adds to the frame's address what only a page knows: itself, its theme, who has signed in.
pub(super) fn section(comments: &Comments, language: &str) -> String {
    let (host, repo) = (escape(host(&comments.address)), escape(&comments.repo));
    format!(
        "<section class=\"embed ui\" id=\"comments\" aria-labelledby=\"comments-title\" data-site=\"{}\" \
         data-frame=\"{}\" data-mapping=\"{}\">\
         <h2 id=\"comments-title\" tabindex=\"-1\">Comments</h2>\
         <p>They are kept in <a href=\"https://github.com/{repo}/discussions\" rel=\"external\">the discussions of \
         {repo}</a> on GitHub. Nothing of them is loaded before you ask for it.</p>\
         <p class=\"embed-ask\"><button type=\"button\" class=\"btn\" data-ask=\"comments\" \
         aria-describedby=\"comments-note\">Load comments from {host}</button>\
         <span id=\"comments-note\">Your browser then talks to {host} and GitHub.</span></p>\
         <p class=\"embed-told\" role=\"status\"></p></section>",
        escape(&comments.address),
        escape(&frame(comments, language)),
        escape(&comments.mapping),
    )
}

/// The address of the frame, with all that is the same for every article. Source: giscus, `client.ts`.
fn frame(comments: &Comments, language: &str) -> String {
    let flag = |is_set: bool| if is_set { "1" } else { "0" };
    let parts = [
        ("repo", comments.repo.as_str()),
        ("repoId", &comments.repo_id),
        ("category", &comments.category),
        ("categoryId", &comments.category_id),
        ("strict", flag(comments.strict)),
        ("reactionsEnabled", flag(comments.reactions)),
        ("emitMetadata", "0"),
        ("inputPosition", &comments.input_position),
    ];
    let query: Vec<String> =
        parts.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
    format!("{}/{}/widget?{}", comments.address, spoken(language), query.join("&"))
}

/// The nearest that giscus speaks to the site's language, without one English: the same, its part before the region,
/// Chinese by its script.
fn spoken(language: &str) -> &'static str {
    let known = |wanted: &str| LANGUAGES.into_iter().find(|one| one.eq_ignore_ascii_case(wanted));
    let primary = language.split('-').next().unwrap_or_default();
    let same = known(language).or_else(|| known(primary));
    // It names Greek, Khmer and Serbo-Croatian in its own way.
    let renamed = [("el", "gr"), ("km", "kh"), ("bs", "hbs"), ("hr", "hbs"), ("sr", "hbs"), ("zh", "zh-CN")];
    let other = renamed.into_iter().find(|(tag, _)| tag.eq_ignore_ascii_case(primary)).map(|(_, name)| name);
    same.or(other).unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_speaks_the_sites_language_or_english() {
        let cases = [
            ("en", "en"),
            ("en-GB", "en"),
            ("de-AT", "de"),
            ("pt-BR", "pt"),
            ("zh-TW", "zh-TW"),
            ("zh", "zh-CN"),
            ("zh-SG", "zh-CN"),
            ("el", "gr"),
            ("hr-HR", "hbs"),
            ("sv", "en"),
        ];
        for (language, expected) in cases {
            assert_eq!(spoken(language), expected, "{language}");
        }
    }

    /// Held against what giscus's own script makes of the same attributes.
    #[test]
    fn the_address_says_all_that_is_the_same_for_every_article() {
        let comments = Comments {
            repo: "an-owner/a_blog".into(),
            repo_id: "R_kgDOA".into(),
            category: "Q & A".into(),
            category_id: "DIC_kw=".into(),
            strict: true,
            ..Comments::default()
        };
        assert_eq!(
            frame(&comments, "en-GB"),
            "https://giscus.app/en/widget?repo=an%2Downer%2Fa%5Fblog&repoId=R%5FkgDOA&category=Q%20%26%20A\
             &categoryId=DIC%5Fkw%3D&strict=1&reactionsEnabled=1&emitMetadata=0&inputPosition=bottom"
        );
    }
}
