use super::*;
use crate::build::post::tests::{Files, parse};

/// A planned lab and one that computes.
pub(crate) struct TwoLabs;

/// `moe-routing` takes `top_k`, a whole number from 1 to 8, and `balance`, a text; its still
/// picture says what it was asked for, and there is none of eight experts per token.
#[derive(Default)]
struct Double {
    is_built: bool,
    top_k: Option<i64>,
    balance: Option<String>,
}

impl Labs for TwoLabs {
    fn find(&self, name: &str) -> Option<Box<dyn Lab + '_>> {
        let is_built = name == "moe-routing";
        (is_built || name == "scaling-laws").then(|| Box::new(Double { is_built, ..Double::default() }) as Box<dyn Lab>)
    }

    fn names(&self) -> Vec<String> {
        vec!["moe-routing".into(), "scaling-laws".into()]
    }
}

impl Lab for Double {
    fn caption(&self) -> &str {
        "C."
    }

    fn question(&self) -> &str {
        "?"
    }

    fn computes(&self) -> Option<&str> {
        self.is_built.then_some("Trains.")
    }

    fn parameters(&self) -> Vec<&str> {
        assert!(self.is_built, "a planned lab is not asked");
        vec!["top_k", "balance"]
    }

    fn set(&mut self, setting: &Setting<'_>) -> Result<(), Refusal> {
        match (setting.parameter, &setting.value) {
            ("top_k", Value::Whole(n @ 1..=8)) => self.top_k = Some(*n),
            ("balance", Value::Text(text)) => self.balance = Some(text.clone()),
            (name, value) => {
                return Err(Refusal {
                    message: format!("`{name}` cannot be {value:?}, written {}", setting.text),
                    help: Some("help".into()),
                });
            }
        }
        Ok(())
    }

    fn settings(&self) -> String {
        let top_k = self.top_k.map(|n| format!("top_k={n}"));
        let balance = self.balance.as_ref().map(|text| format!("balance={text}"));
        top_k.into_iter().chain(balance).collect::<Vec<_>>().join(";")
    }

    fn stage(&self, id: &str) -> Result<String, String> {
        match self.top_k {
            Some(8) => Err("it does not converge".into()),
            _ => Ok(format!("<p>{id} {}</p>", self.settings())),
        }
    }
}

/// The card of [`TwoLabs`]' `moe-routing`.
pub(crate) fn moe_card(id: &str, settings: &str) -> LabCard {
    let stage = format!("<p>{id} {settings}</p>");
    let live = LiveLab { computes: "Trains.".into(), settings: settings.into(), stage };
    LabCard { caption: "C.".into(), question: "?".into(), live: Some(live) }
}

const HEAD: &str = "---\ntitle: T\ndescription: A description of a length that search engines show to their readers.\ndate: 2026-03-08\n---\n";

/// Diagnostics of a post whose body begins on line 6, with the text at each.
fn check(body: &str, expected: &[(&str, &str)]) {
    let file = format!("{HEAD}{body}");
    let (_, found) = parse("x", file.as_bytes(), Files(Vec::new()));
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.to_string().replacen("posts/x/index.md:", "", 1), &file[one.span.clone()]))
        .collect();
    let found: Vec<_> = found.iter().map(|(told, at)| (told.as_str(), *at)).collect();
    assert_eq!(found, expected, "{body}");
}

/// As [`check`], of a block of `moe-routing` whose settings begin on line 7.
fn check_settings(settings: &str, expected: &[(&str, &str)]) {
    check(&format!("```lab moe-routing\n{settings}\n```\n"), expected);
}

#[test]
fn blocks_of_one_lab_have_their_own_cards() {
    let body = "```lab moe-routing\n# A comment.\n\"top_k\" = 0x2\n```\n\n```lab scaling-laws\n# Nothing is set.\n```\n\n```lab moe-routing\nbalance = 'a\"b'\n```\n";
    let (post, found) = parse("x", format!("{HEAD}{body}").as_bytes(), Files(Vec::new()));
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "posts/x/index.md:11:1: note: the lab `scaling-laws` is planned: its place is shown, and that it is not built yet"
        ]
    );
    let post = post.unwrap();
    let planned = LabCard { caption: "C.".into(), question: "?".into(), live: None };
    let expected = [
        ("moe-routing".into(), moe_card("moe-routing", "top_k=2")),
        ("moe-routing-2".into(), moe_card("moe-routing-2", "balance=a\"b")),
        ("scaling-laws".into(), planned),
    ];
    assert_eq!(post.labs, expected.into());
    assert_eq!((post.meta.labs, post.meta.live_labs), (3, 2));
    let anchors: Vec<_> = post.anchors.iter().map(String::as_str).collect();
    assert_eq!(anchors, ["moe-routing", "moe-routing-2", "scaling-laws"]);
}

#[test]
fn an_id_is_the_labs_alone() {
    let help = "a lab is called that, so a heading needs another: `## … {#other}`";
    check(
        "## A {#moe-routing}\n\n```lab moe-routing\n```\n",
        &[(
            &format!("8:1: error: the id `moe-routing` stands twice; the first is on line 6; {help}"),
            "```lab moe-routing\n```",
        )],
    );
    check(
        "```lab moe-routing\n```\n\n## Moe routing\n\n```lab moe-routing\n```\n",
        &[(
            &format!("11:1: error: the id `moe-routing-2` stands twice; the first is on line 9; {help}"),
            "```lab moe-routing\n```",
        )],
    );
}

#[test]
fn keys() {
    check_settings(
        "top-k = 2\nseed = 3",
        &[
            ("7:1: error: the lab `moe-routing` has no parameter `top-k`; did you mean `top_k`?", "top-k"),
            ("8:1: error: the lab `moe-routing` has no parameter `seed`; its parameters are top_k, balance", "seed"),
        ],
    );
    check_settings(
        "top_k = 2\n\ntop_k = 3\n'top_k' = 4",
        &[
            ("9:1: error: `top_k` is set twice; the first is on line 7", "top_k"),
            ("10:1: error: `'top_k'` is set twice; the first is on line 7", "'top_k'"),
        ],
    );
}

#[test]
fn values() {
    let cases = [
        ("top_k = \"2\"", "7:9: error: `top_k` cannot be Text(\"2\"), written \"2\"; help", "\"2\""),
        ("top_k = 9", "7:9: error: `top_k` cannot be Whole(9), written 9; help", "9"),
        ("top_k = 2.0", "7:9: error: `top_k` cannot be Number(2.0), written 2.0; help", "2.0"),
        ("balance = true", "7:11: error: `balance` cannot be Switch(true), written true; help", "true"),
        (
            "top_k = 99999999999999999999",
            "7:9: error: `top_k` cannot be Other(\"a number of more than 64 bits\"), written 99999999999999999999; help",
            "99999999999999999999",
        ),
        ("top_k = [2]", "7:9: error: `top_k` cannot be Other(\"a list\"), written [2]; help", "[2]"),
        ("top_k = { a = 1 }", "7:9: error: `top_k` cannot be Other(\"a table\"), written { a = 1 }; help", "{ a = 1 }"),
        (
            "top_k = 2026-01-02",
            "7:9: error: `top_k` cannot be Other(\"a date\"), written 2026-01-02; help",
            "2026-01-02",
        ),
    ];
    for (settings, told, at) in cases {
        check_settings(settings, &[(told, at)]);
    }
    check_settings(
        "[moe-routing]\ntop_k = 2",
        &[(
            "7:2: error: `moe-routing` is a table, which a lab block has no place for; the settings of a lab stand one a line, without a heading before them",
            "moe-routing",
        )],
    );
    check_settings(
        "\n top_k = 8\n",
        &[("8:2: error: the lab `moe-routing` has no still picture: it does not converge", "top_k = 8")],
    );
}

#[test]
fn lines_that_are_no_toml() {
    let general = "a line is a name, `=` and a value, as in `top_k = …`";
    let cases = [
        (
            "balance = switch",
            "7:11: error: not valid TOML: string values must be quoted, expected literal string; write `balance = \"switch\"`",
            "switch",
        ),
        (
            "shared = True",
            "7:10: error: not valid TOML: invalid boolean, expected `true`; write `shared = true`",
            "True",
        ),
        (
            "top_k: 2",
            "7:6: error: not valid TOML: invalid unquoted key, expected letters, numbers, `-`, `_`; write `top_k = 2`",
            ":",
        ),
        ("top_k 2", &format!("7:7: error: not valid TOML: key with no value, expected `=`; {general}"), ""),
        (
            "top_k = 1, balance = \"a\"",
            &format!("7:10: error: not valid TOML: unexpected key or value, expected newline, `#`; {general}"),
            "",
        ),
        ("balance = \"a", &format!("7:13: error: not valid TOML: invalid basic string, expected `\"`; {general}"), ""),
    ];
    for (settings, told, at) in cases {
        check_settings(settings, &[(told, at)]);
    }
}

#[test]
fn all_lines_are_told_at_once() {
    check_settings(
        "top_k = 9\nbalance = switch\nseed = 1",
        &[
            ("7:9: error: `top_k` cannot be Whole(9), written 9; help", "9"),
            (
                "8:11: error: not valid TOML: string values must be quoted, expected literal string; write `balance = \"switch\"`",
                "switch",
            ),
            ("9:1: error: the lab `moe-routing` has no parameter `seed`; its parameters are top_k, balance", "seed"),
        ],
    );
}

#[test]
fn a_planned_lab_takes_nothing() {
    let told = "7:1: error: the lab `scaling-laws` is not built yet and takes no parameters; leave the block empty";
    check("```lab scaling-laws\na = 1\nb = 2\n```\n", &[(told, "a = 1\nb = 2")]);
    check("```lab scaling-laws\nwords\n```\n", &[(told, "words")]);
}

#[test]
fn a_nested_lab_is_told_with_its_settings() {
    check(
        "> ```lab moe-routing\n> top_k = 9\n> ```\n",
        &[
            (
                "6:3: error: the lab `moe-routing` stands inside a list, a quotation, a note or raw HTML; labs stand between paragraphs",
                "```lab moe-routing\n> top_k = 9\n> ```",
            ),
            ("7:11: error: `top_k` cannot be Whole(9), written 9; help", "9"),
        ],
    );
}
