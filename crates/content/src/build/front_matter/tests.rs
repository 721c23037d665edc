use super::*;

const PATH: &str = "posts/x/index.md";

/// A description that needs no summary.
const DESCRIPTION: &str = "description: A sentence of a length that search engines like to show to readers.";

fn read(text: &str) -> (FrontMatter, Vec<String>) {
    let (front, found) = parse_front_matter(&Source::new(PATH, text));
    for diagnostic in &found {
        let place = text.get(diagnostic.span.clone());
        assert!(place.is_some(), "{diagnostic}: {:?} is no place of the file", diagnostic.span);
    }
    (front, found.iter().map(|one| one.to_string().replacen(PATH, "", 1)).collect())
}

/// Reads good front matter with one more line, which stands on line 5.
fn with(line: &str) -> (FrontMatter, Vec<String>) {
    read(&format!("---\ntitle: T\n{DESCRIPTION}\ndate: 2026-03-08\n{line}\n---\nBody.\n"))
}

fn check(line: &str, expected: &[&str]) {
    assert_eq!(with(line).1, expected, "{line}");
}

#[test]
fn every_key_is_read() {
    let text = format!(
        "---\r\ntitle: What \"Good\" Means\r\n{DESCRIPTION}\r\ndate: 2026-03-08\r\nsummary: {}\r\nupdated: \"2026-03-09\"\r\n\
         tags: [language models, 'C++']\r\nseries: From zero\r\npart: 2\r\ndraft: true\r\naliases:\r\n  - /old/\r\n  - /2024/über-x.html\r\nimage: card.png\r\ntoc: false\r\n---\r\nBody.\r\n",
        "s".repeat(60)
    );
    let (front, found) = read(&text);
    assert_eq!(found, [""; 0]);
    assert_eq!(&text[front.length..], "Body.\r\n");
    let place = |word: &str| (word.to_owned(), text.find(word).unwrap()..text.find(word).unwrap() + word.len());
    let expected = FrontMatter {
        title: "What \"Good\" Means".into(),
        description: DESCRIPTION["description: ".len()..].into(),
        date: "2026-03-08".into(),
        summary: Some("s".repeat(60)),
        updated: Some("2026-03-09".into()),
        tags: vec![place("language models"), ("C++".to_owned(), place("'C++'").1)],
        series: Some(place("From zero")),
        part: Some((2, text.find("part: 2").unwrap() + 6..text.find("part: 2").unwrap() + 7)),
        draft: true,
        aliases: vec![place("/old/"), place("/2024/über-x.html")],
        image: Some(place("card.png")),
        toc: false,
        length: front.length,
    };
    assert_eq!(front, expected);
}

#[test]
fn what_is_not_said_has_its_default() {
    let (front, found) = with("");
    assert_eq!(found, [""; 0]);
    let expected = FrontMatter {
        title: "T".into(),
        description: front.description.clone(),
        date: "2026-03-08".into(),
        toc: true,
        length: front.length,
        ..FrontMatter::default()
    };
    assert_eq!(front, expected);
}

#[test]
fn unknown_and_doubled_keys() {
    check("titel: x", &[":5:1: error: unknown key `titel`; did you mean `title`?"]);
    check("Tags: [x]", &[":5:1: error: unknown key `Tags`; did you mean `tags`?"]);
    check(
        "author: me",
        &[
            ":5:1: error: unknown key `author`; the keys are title, description, date, summary, updated, tags, series, part, draft, aliases, image, toc",
        ],
    );
    check("3: me", &[":5:1: error: a key must be a word, found the number 3"]);
    check("title: again", &[":5:1: error: `title` stands twice; the first is on line 2"]);
}

#[test]
fn missing_keys() {
    let missing = |key: &str| format!(":1:1: error: the key `{key}` is missing");
    assert_eq!(read("---\n---\nBody.").1, [missing("title"), missing("description"), missing("date")]);
    assert_eq!(read("---\n# nothing\n---\nBody.").1.len(), 3);
    let misspelt = format!("---\ntitel: T\n{DESCRIPTION}\ndate: 2026-03-08\n---\n");
    assert_eq!(read(&misspelt).1, [":2:1: error: unknown key `titel`; did you mean `title`?"], "told once");
}

#[test]
fn wrong_types() {
    check("series: [a]", &[":5:9: error: `series` must be a string, found a list"]);
    check("series: 2026", &[":5:9: error: `series` must be a string, found the number 2026; put it in quotes"]);
    check("series: true", &[":5:9: error: `series` must be a string, found `true`; put it in quotes"]);
    check("draft: yes", &[":5:8: error: `draft` must be `true` or `false`, found `yes`"]);
    check("toc: 0", &[":5:6: error: `toc` must be `true` or `false`, found the number 0"]);
    check("tags: a, b", &[":5:7: error: `tags` must be a list of strings, found a string; write `tags: [a, b]`"]);
    check(
        "tags: [a, 3, {b: c}]",
        &[
            ":5:11: error: an item of `tags` must be a string, found the number 3",
            ":5:14: error: an item of `tags` must be a string, found a mapping",
        ],
    );
    check("updated: 2026", &[":5:10: error: `updated` must be a date, found the number 2026; write YYYY-MM-DD"]);
    check("image:", &[":5:6: error: `image` is empty"]);
    check("series: ' '", &[":5:9: error: `series` is empty"]);
    check("series: '?!'", &[":5:9: error: the series `?!` has no letter or digit"]);
    check("series: x\npart: two", &[":6:7: error: `part` must be a number, found a string"]);
    check("series: x\npart: 0", &[":6:7: error: `part` counts from 1, found 0"]);
    check("series: x\npart: 1.5", &[":6:7: error: `part` counts from 1, found 1.5"]);
    check("part: 1", &[":5:7: error: `part` says which part of a `series` this is, and there is none"]);
    check(
        "series: |\n  two\n  lines",
        &[":6:3: error: `series` must be a single line; fold long text with `>-` instead of `|`"],
    );
}

#[test]
fn bad_dates() {
    check("updated: 2026-02-30", &[":5:10: error: `updated` is not a date: February 2026 has 28 days, not 30"]);
    check(
        "updated: 2026-3-9",
        &[
            ":5:10: error: `updated` is not a date: `2026-3-9` is not a date of the form YYYY-MM-DD; write `updated: 2026-03-09`",
        ],
    );
    check("updated: soon", &[":5:10: error: `updated` is not a date: `soon` is not a date of the form YYYY-MM-DD"]);
    check("updated: 2026-03-07", &[":5:10: error: `updated` (2026-03-07) is before `date` (2026-03-08)"]);
    check("updated: 2026-03-08", &[]);
}

#[test]
fn lengths_of_what_search_engines_show() {
    check(
        &format!("summary: {}", "ü".repeat(59)),
        &[":5:10: error: `summary` must have 60 to 160 characters, this has 59"],
    );
    check(&format!("summary: {}", "ü".repeat(160)), &[]);
    check(
        &format!("summary: {}", "ü".repeat(161)),
        &[":5:10: error: `summary` must have 60 to 160 characters, this has 161"],
    );
    let short = "---\ntitle: T\ndescription: Machine Learning\ndate: 2026-03-08\n---\n";
    assert_eq!(
        read(short).1,
        [
            ":3:14: note: the description has 16 characters, search engines show 60 to 160; add a `summary` of that length"
        ]
    );
}

#[test]
fn tags_images_and_aliases_make_addresses() {
    check("tags: [RL, rl]", &[":5:12: error: the tag `rl` has the address of `RL`"]);
    check(
        "tags: ['++', '']",
        &[":5:14: error: an item of `tags` is empty", ":5:8: error: the tag `++` has no letter or digit"],
    );
    check(
        "image: ../x.png",
        &[":5:8: error: `image` must be the name of a file in the post's folder, found `../x.png`"],
    );
    check("aliases: [old]", &[":5:11: error: the alias `old` does not begin with `/`; write `/old`"]);
    check("aliases: ['https://a.b/']", &[":5:11: error: the alias `https://a.b/` does not begin with `/`"]);
    check(
        "aliases: [/, /a/../b, //a.b/c, '/a?b', '/a b']",
        &[
            ":5:11: error: the alias `/` is the home page",
            ":5:14: error: the alias `/a/../b` is not a plain path",
            ":5:23: error: the alias `//a.b/c` is not a plain path",
            ":5:32: error: the alias `/a?b` holds a character that a path here may not",
            ":5:40: error: the alias `/a b` holds a character that a path here may not",
        ],
    );
}

#[test]
fn fences() {
    let missing = "the file does not begin with front matter; begin with a line `---`, then `title:`, `description:` and `date:`, then a line `---`";
    assert_eq!(read("# Title\n").1, [format!(":1:1: error: {missing}")]);
    assert_eq!(read("").1, [format!(":1:1: error: {missing}")]);
    assert_eq!(
        read("\n---\ntitle: T\n---\n").1,
        [":1:1: error: the file does not begin with front matter; `---` must be the very first line"]
    );
    assert_eq!(read("---\ntitle: T\n").1, [":1:1: error: the front matter has no end; close it with a line `---`"]);
    assert_eq!(
        read("\u{feff}---\n---\n").1,
        [":1:1: error: the file begins with a byte order mark; save it as UTF-8 without one"]
    );
}

#[test]
fn yaml_faults() {
    let help = "; a value that holds `: `, ` #`, quotation marks or a leading symbol must stand in quotes";
    check(
        "series: a: b",
        &[&format!(
            ":5:10: error: the front matter is not valid YAML: mapping values are not allowed in this context{help}"
        )],
    );
    check("series: 'a", &[&format!(":5:9: error: the front matter is not valid YAML: unclosed quote{help}")]);
    check("series: &a x", &[":5:12: error: anchors and aliases are not allowed in front matter"]);
    assert_eq!(read("---\n- a\n---\n").1, [":2:1: error: front matter must be `key: value` lines, found a list"]);
    assert_eq!(
        read("---\njust text\n---\n").1,
        [":2:1: error: front matter must be `key: value` lines, found a string"]
    );
}

/// "Billion laughs": each list holds the one before ten times.
#[test]
fn an_anchor_bomb_does_nothing() {
    let mut bomb = String::from("---\na: &a [x]\n");
    for (outer, inner) in ('b'..='z').zip('a'..) {
        bomb.push_str(&format!("{outer}: &{outer} [{}]\n", vec![format!("*{inner}"); 10].join(",")));
    }
    bomb.push_str("---\n");
    assert_eq!(read(&bomb).1, [":2:7: error: anchors and aliases are not allowed in front matter"]);
}
