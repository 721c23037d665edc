//! The tables `[comments]` and `[counts]` of `blog.toml`: what other sites add to an article, if its reader asks for it.

use super::{Reader, article};
use crate::build::codes;
use crate::build::diagnostic::did_you_mean;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of `[comments]`; those after the first five it may lack.
const COMMENTS: [&str; 10] = [
    "provider",
    "repo",
    "repo-id",
    "category",
    "category-id",
    "mapping",
    "strict",
    "reactions",
    "input-position",
    "address",
];
const COMMENTS_REQUIRED: usize = 5;
/// The keys of `[counts]`.
const COUNTS: [&str; 2] = ["provider", "address"];

/// By what giscus finds the discussion of an article. It knows two more, a fixed term and a number, by which all articles
/// would have the same one. Source: giscus, `client.ts`.
const MAPPINGS: [&str; 4] = ["pathname", "url", "title", "og:title"];
const POSITIONS: [&str; 2] = ["bottom", "top"];

/// What other sites add to articles. Without the tables nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embeds {
    /// Who shows comments.
    pub comments: Option<Comments>,
    /// Who counts visits.
    pub counts: Option<Counts>,
}

/// Comments in the discussions of a repository on GitHub, shown by giscus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comments {
    /// Where giscus is: scheme and host.
    pub address: String,
    /// `owner/name` on GitHub.
    pub repo: String,
    /// GitHub's id of it.
    pub repo_id: String,
    /// The category of the discussions.
    pub category: String,
    /// GitHub's id of it.
    pub category_id: String,
    /// By what the discussion of an article is found: `pathname`, `url`, `title` or `og:title`.
    pub mapping: String,
    /// Whether its title must agree exactly.
    pub strict: bool,
    /// Whether reactions to the article itself are shown.
    pub reactions: bool,
    /// Where one writes: `bottom` or `top`.
    pub input_position: String,
}

impl Default for Comments {
    fn default() -> Self {
        let empty = String::new;
        Self {
            address: "https://giscus.app".to_owned(),
            repo: empty(),
            repo_id: empty(),
            category: empty(),
            category_id: empty(),
            mapping: MAPPINGS[0].to_owned(),
            strict: false,
            reactions: true,
            input_position: POSITIONS[0].to_owned(),
        }
    }
}

/// A GoatCounter that counts visits and tells how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Where it is: scheme and host.
    pub address: String,
}

impl Reader<'_, '_> {
    pub(super) fn comments(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Comments> {
        let n_found = self.found.len();
        let mut comments = Comments::default();
        let table = self.table("comments", value)?;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "provider" => drop(self.one_of(name, value, &["giscus"])),
                "repo" => comments.repo = self.name_of("a repository", name, value),
                "repo-id" => comments.repo_id = self.id_of(name, value),
                "category" => comments.category = self.text(name, value),
                "category-id" => comments.category_id = self.id_of(name, value),
                "mapping" => comments.mapping = self.one_of(name, value, &MAPPINGS),
                "strict" => comments.strict = self.flag(name, value),
                "reactions" => comments.reactions = self.flag(name, value),
                "input-position" => comments.input_position = self.one_of(name, value, &POSITIONS),
                "address" => comments.address = self.origin_of(name, value),
                _ => self.unknown("comments", &COMMENTS, key),
            }
        }
        self.missing("comments", table, &COMMENTS, COMMENTS_REQUIRED, value.span().start);
        (self.found.len() == n_found).then_some(comments)
    }

    pub(super) fn counts(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Counts> {
        let n_found = self.found.len();
        let mut counts = Counts::default();
        let table = self.table("counts", value)?;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "provider" => drop(self.one_of(name, value, &["goatcounter"])),
                "address" => counts.address = self.origin_of(name, value),
                _ => self.unknown("counts", &COUNTS, key),
            }
        }
        self.missing("counts", table, &COUNTS, COUNTS.len(), value.span().start);
        (self.found.len() == n_found).then_some(counts)
    }

    fn table<'v, 'i>(&mut self, name: &str, value: &'v Spanned<DeValue<'i>>) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let message = format!("`{name}` must be a table, found {}", article(value.get_ref().type_str()));
            self.error(codes::WRONG_TYPE, value.span(), message);
        }
        table
    }

    fn one_of(&mut self, name: &str, value: &Spanned<DeValue<'_>>, known: &[&str]) -> String {
        let text = self.text(name, value);
        if !text.is_empty() && !known.contains(&text.as_str()) {
            self.error(codes::BAD_VALUE, value.span(), format!("`{name}` cannot be `{text}`"));
            let all = known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
            let help = did_you_mean(&text, known.iter().copied());
            self.help(help.unwrap_or_else(|| format!("it can be {all}")));
        }
        text
    }

    /// An id as GitHub's interface gives it: letters and digits, in older ones the signs of base64.
    fn id_of(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> String {
        let id = self.text(name, value);
        let is_id = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-=+/".contains(&b));
        if !is_id {
            self.error(codes::BAD_VALUE, value.span(), format!("`{id}` is no id of GitHub's"));
            self.help("giscus.app shows the ids of a repository and its categories");
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::{Comments, Counts, Embeds};
    use crate::build::parse_config;

    const SITE: &str =
        "title = \"T\"\ntagline = \"L\"\ndescription = \"D\"\nlanguage = \"en\"\norigin = \"http://localhost:8080/\"\n";
    const COMMENTS: &str = "[comments]\nprovider = \"giscus\"\nrepo = \"an-owner/a_blog\"\nrepo-id = \"R_kgDOA-b_c\"\n\
                            category = \"Q & A\"\ncategory-id = \"DIC_kwDOA=\"\n";
    const COUNTS: &str = "[counts]\nprovider = \"goatcounter\"\naddress = \"https://a-blog.goatcounter.example\"\n";

    fn given(tables: &str) -> (Option<Embeds>, Vec<String>) {
        let (config, found) = parse_config("blog.toml", format!("{SITE}{tables}").as_bytes());
        (config.map(|config| config.embeds), found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn without_the_tables_there_is_nothing() {
        assert_eq!(given(""), (Some(Embeds::default()), Vec::new()));
    }

    #[test]
    fn good_tables_are_read() {
        let least = Comments {
            repo: "an-owner/a_blog".into(),
            repo_id: "R_kgDOA-b_c".into(),
            category: "Q & A".into(),
            category_id: "DIC_kwDOA=".into(),
            ..Comments::default()
        };
        assert_eq!((least.address.as_str(), least.mapping.as_str()), ("https://giscus.app", "pathname"));
        let counts = Counts { address: "https://a-blog.goatcounter.example".into() };
        let expected = Embeds { comments: Some(least.clone()), counts: Some(counts) };
        assert_eq!(given(&format!("{COMMENTS}{COUNTS}")), (Some(expected), Vec::new()));

        let more = "mapping = \"og:title\"\nstrict = true\nreactions = false\ninput-position = \"top\"\naddress = \"https://talk.example\"\n";
        let all = Comments {
            mapping: "og:title".into(),
            strict: true,
            reactions: false,
            input_position: "top".into(),
            address: "https://talk.example".into(),
            ..least
        };
        let expected = Embeds { comments: Some(all), counts: None };
        assert_eq!(given(&format!("{COMMENTS}{more}")), (Some(expected), Vec::new()));
    }

    #[test]
    fn each_fault_is_one_sentence_with_its_place() {
        let cases = [
            (
                "repo-id",
                "repo_id",
                "blog.toml:9:1: error: unknown key `repo_id` in `[comments]`; did you mean `repo-id`?",
            ),
            (
                "provider = \"giscus\"",
                "colour = \"red\"\nprovider = \"giscus\"",
                "blog.toml:7:1: error: unknown key `colour` in `[comments]`; the keys of `[comments]` are provider, repo, repo-id, category, category-id, mapping, strict, reactions, input-position, address",
            ),
            (
                "\"giscus\"",
                "\"gisqus\"",
                "blog.toml:7:12: error: `provider` cannot be `gisqus`; did you mean `giscus`?",
            ),
            (
                "\"giscus\"",
                "\"disqus.com\"",
                "blog.toml:7:12: error: `provider` cannot be `disqus.com`; it can be `giscus`",
            ),
            (
                "category-id = \"DIC_kwDOA=\"\n",
                "",
                "blog.toml:6:1: error: the key `category-id` is missing in `[comments]`",
            ),
            ("an-owner/", "", "blog.toml:8:8: error: `a_blog` is not the name of a repository; write `OWNER/NAME`"),
            (
                "R_kgDOA-b_c",
                "R;b",
                "blog.toml:9:11: error: `R;b` is no id of GitHub's; giscus.app shows the ids of a repository and its categories",
            ),
            ("\"Q & A\"", "3", "blog.toml:10:12: error: `category` must be a string, found an integer"),
            (
                "category =",
                "mapping = \"path\"\ncategory =",
                "blog.toml:10:11: error: `mapping` cannot be `path`; it can be `pathname`, `url`, `title`, `og:title`",
            ),
            (
                "category =",
                "strict = \"yes\"\ncategory =",
                "blog.toml:10:10: error: `strict` must be true or false, found a string",
            ),
            (
                "category =",
                "address = \"https://talk.example; script-src *\"\ncategory =",
                "blog.toml:10:11: error: `address` must be https:// and a host, such as `https://example.org`",
            ),
            (
                "\"goatcounter\"",
                "\"goatconter\"",
                "blog.toml:13:12: error: `provider` cannot be `goatconter`; did you mean `goatcounter`?",
            ),
            (
                "https://a-blog.goatcounter.example",
                "a-blog",
                "blog.toml:14:11: error: `address` must be https:// and a host, such as `https://example.org`",
            ),
            (
                "address = \"https://a-blog.goatcounter.example\"\n",
                "",
                "blog.toml:12:1: error: the key `address` is missing in `[counts]`",
            ),
        ];
        for (from, to, expected) in cases {
            let tables = format!("{COMMENTS}{COUNTS}").replacen(from, to, 1);
            assert_eq!(given(&tables), (None, vec![expected.to_owned()]), "{from} → {to}");
        }
        for name in ["comments", "counts"] {
            let expected = format!("blog.toml:6:{}: error: `{name}` must be a table, found a boolean", name.len() + 4);
            assert_eq!(given(&format!("{name} = true\n")), (None, vec![expected]));
        }
        let expected = "blog.toml:6:2: error: unknown key `coments`; did you mean `comments`?";
        assert_eq!(given(&COMMENTS.replace("[comments]", "[coments]")), (None, vec![expected.to_owned()]));
    }
}
