use super::*;

/// A dictionary of a few words, in Hunspell's form.
const AFF: &str =
    "SET UTF-8\nTRY esianrtolcdugmphbyfvkwz\nICONV 1\nICONV ’ '\nSFX S Y 1\nSFX S 0 s .\nSFX M Y 1\nSFX M 0 's .\n";
const DIC: &str =
    "17\na\nan\nand\nhere/M\nis\nit\nit's\nlength\nletter/S\nof\nright\nstand/S\ntable\nthe\ntwo\nword/SM\nwrite/S\n";

/// With these words of the project, and Ada Vaswani as a cited author.
pub(crate) fn spelling(own: &str) -> Spelling {
    let (own, found) = OwnWords::parse("spelling.txt", own.as_bytes());
    assert_eq!(found, []);
    Spelling::new(AFF, DIC, own, ["Ada", "Vaswani"].map(str::to_owned).into()).unwrap()
}

fn told(path: &str, text: Text<'_>) -> Vec<String> {
    let spelled = spelling("softmax\n").check(path, text);
    spelled.findings.iter().map(ToString::to_string).collect()
}

const HELP: &str = "did you mean `word`? add it to `spelling.txt` if it is right";

/// The places of `wrod`, as line and column.
fn places(path: &str, text: Text<'_>) -> Vec<(u32, u32)> {
    let spelled = spelling("softmax\n").check(path, text);
    for one in &spelled.findings {
        let told = format!("{path}:{}:{}: warning: no dictionary has the word `wrod`; {HELP}", one.line, one.column);
        assert_eq!(one.to_string(), told);
    }
    spelled.findings.iter().map(|one| (one.line, one.column)).collect()
}

fn in_body(body: &str) -> Vec<(u32, u32)> {
    let file = format!("---\ntitle: Two words\n---\n{body}");
    places("p.md", Text::Post(&file)).into_iter().map(|(line, column)| (line - 3, column)).collect()
}

#[test]
fn a_word_is_told_with_its_place_and_what_is_near() {
    let file = "---\ntitle: Two words\n---\nThe word is *here*.\nIt's the lenght of it.\n";
    assert_eq!(
        told("posts/x/index.md", Text::Post(file)),
        [
            "posts/x/index.md:5:10: warning: no dictionary has the word `lenght`; did you mean `length`? add it to `spelling.txt` if it is right"
        ]
    );
    assert_eq!(
        told("p.md", Text::Post("Zyzzogeton of the sotfmax")),
        [
            "p.md:1:1: warning: no dictionary has the word `Zyzzogeton`; add it to `spelling.txt` if it is right",
            "p.md:1:19: warning: no dictionary has the word `sotfmax`; did you mean `softmax`? add it to `spelling.txt` if it is right"
        ]
    );
}

#[test]
fn every_part_of_an_article_is_read() {
    let cases: [(&str, &[(u32, u32)]); 16] = [
        ("The wrod.", &[(1, 5)]),
        ("“It’s a *wr*od”, it's", &[(1, 10)]),
        ("## Two wrod {#wrdo}", &[(1, 8)]),
        ("- a\n  - the wrod", &[(2, 9)]),
        ("> a\n> wrod [@wrdo] wrod", &[(2, 3), (2, 16)]),
        ("![The wrod](wrdo.svg) A wrod. {#fig:wrdo}", &[(1, 7), (1, 25)]),
        ("![a](b.png \"A wrod\")", &[(1, 15)]),
        ("Table: A wrod. {#tbl:wrdo}\n\n| a | wrod |\n|---|---|\n| wrod | is |", &[(1, 10), (3, 7), (5, 3)]),
        ("A word.[^n] Here\n\n[^n]: A wrod.", &[(3, 9)]),
        ("[the wrod](https://wrdo.example)", &[(1, 6)]),
        ("a\n: wrod", &[(2, 3)]),
        ("<details><summary>The wrod</summary>\n\nA wrod\n\n</details>", &[(1, 23), (3, 3)]),
        ("- <div>\n  the wrod</div>", &[(2, 7)]),
        ("it's &amp; it's @eq:wrdo it's a wrod", &[(1, 33)]),
        ("> [!NOTE]\n> wrod", &[(2, 3)]),
        ("~~wrod~~", &[(1, 3)]),
    ];
    for (body, expected) in cases {
        assert_eq!(in_body(body), expected, "{body}");
    }
}

#[test]
fn what_is_no_prose_is_left_alone() {
    for body in [
        "`wrdo` and `a wrdo`",
        "$wrdo$, $$\\wrdo$$, $wrdo$th",
        "```python title=\"wrdo\"\nwrdo = 1\n```",
        "```lab wrdo\nwrdo = 1\n```",
        "```math\n\\wrdo\n```",
        "<https://wrdo.example/> and https://wrdo.example/ and <wrdo@wrdo.example>",
        "[@wrdo2020, two words], @fig:wrdo",
        "wrdo1, wrdo_wrdo, wrdo.py, ada@wrdo.org",
        "<kbd>wrdo</kbd> <code>wrdo</code>",
        "a~wrdo~ and a^wrdo^",
        "the $m$-th and the 5-th",
        "![a `wrdo` and $wrdo$](b.png)",
        "<!-- wrdo -->",
    ] {
        assert_eq!(in_body(body), [], "{body}");
    }
}

#[test]
fn front_matter_says_words_too() {
    let file = "---\ntitle: 'The wrod'\ndescription: \"It's \\\"a\\\" wrod\"\nsummary: >-\n  The words\n  and wrod\nseries: wrod\ntags: [wrdo]\naliases: [/wrdo/]\n---\n";
    assert_eq!(places("p.md", Text::Post(file)), [(2, 13), (3, 26), (6, 7), (7, 9)]);
}

#[test]
fn a_drawing_says_words_too() {
    let file = "<svg xmlns='http://www.w3.org/2000/svg' class='wrdo'>\n<title>The &#8220;wrod</title><desc>a wrod</desc>\n<!-- wrdo --><text>two <tspan>wrod</tspan></text></svg>";
    assert_eq!(places("d.svg", Text::Drawing(file)), [(2, 19), (2, 39), (3, 31)]);
    assert_eq!(places("d.svg", Text::Drawing("<svg")), []);
}

#[test]
fn the_glossary_says_words_too() {
    let file = "[[term]]\nname = \"a wrod\"\nsymbol = '\\wrdo'\ndefinition = 'Two wrod.'\nsource = \"wrdo\"\naliases = [\"words\", \"wrod\"]\n";
    assert_eq!(places("glossary.toml", Text::Glossary(file)), [(2, 11), (4, 19), (6, 22)]);
}

#[test]
fn the_site_and_its_labs_say_words_too() {
    let file =
        "title = \"A wrod\"\ntagline = \"wrod\"\ndescription = \"The wrod\"\norigin = \"https://wrdo.example\"\n";
    assert_eq!(places("blog.toml", Text::Config(file)), [(1, 12), (2, 12), (3, 20)]);
    let program = "// wrdo\nlab(\"a\", \"The wrod\", \"Is it?\")";
    assert_eq!(places("r.rs", Text::Quoted(program, &["The wrod", "Is it?", "wrdo and wrdo"])), [(2, 15)]);
}

#[test]
fn own_words_and_names_are_right_in_the_forms_that_sentences_need() {
    let check =
        |word: &str| spelling("GPU\nlogit\nsoftmax\nTülu\n").check("p.md", Text::Post(word)).findings.is_empty();
    for word in
        ["softmax", "Softmax", "SOFTMAX", "softmax's", "GPU", "GPUs", "GPU’s", "GPUs'", "Tülu", "Vaswani", "Ada's"]
    {
        assert!(check(word), "{word}");
    }
    for word in ["softMax", "gpu", "Gpu", "logits", "vaswani", "VASWANI", "tülu", "Tulu", "softmaxs"] {
        assert!(!check(word), "{word}");
    }
}

#[test]
fn the_own_list_is_sorted_and_short() {
    let own = "# Words.\n\nADA\nsoftmax # a comment\nLogit\nsoftmax\nkv cache\nx\n'tis\n";
    let found: Vec<_> = OwnWords::parse("spelling.txt", own.as_bytes()).1.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "spelling.txt:5:1: warning: `Logit` stands after `softmax`; words stand in alphabetical order, without regard to case",
            "spelling.txt:6:1: warning: `softmax` stands twice; the first is on line 4",
            "spelling.txt:7:1: warning: `kv cache` is not one word; a line holds letters and apostrophes between them",
            "spelling.txt:8:1: warning: `x` is not one word; a line holds letters and apostrophes between them",
            "spelling.txt:9:1: warning: `'tis` is not one word; a line holds letters and apostrophes between them",
        ]
    );
    let found = OwnWords::parse("spelling.txt", b"\xff").1;
    assert_eq!(found[0].to_string(), "spelling.txt:1:1: error: the file is not UTF-8: byte 0xFF; save it as UTF-8");
}

#[test]
fn an_entry_that_nothing_needs_is_told() {
    let spelling = spelling("GPU\nletters\nlogit\nsoftmax\nVaswani\nWrites\n");
    let needed = spelling.check("p.md", Text::Post("The Softmax and GPUs")).needed;
    assert_eq!(needed, ["GPU", "softmax"].map(str::to_owned).into());
    let found: Vec<_> = spelling.unneeded(&needed).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "spelling.txt:2:1: warning: the dictionary has `letters` already; delete the line",
            "spelling.txt:3:1: warning: no text has the word `logit`; delete the line",
            "spelling.txt:5:1: warning: `Vaswani` is the name of a cited author and right already; delete the line",
            "spelling.txt:6:1: warning: the dictionary has `Writes` already; delete the line",
        ]
    );
}

#[test]
fn findings_are_the_same_each_time() {
    let text = "lettre wrods stnads writs hte rihgt lenght twoo";
    let first = told("p.md", Text::Post(text));
    assert_eq!(first.len(), 8, "{first:?}");
    assert!((0..5).all(|_| told("p.md", Text::Post(text)) == first));
}

#[test]
fn no_dictionary_is_one_sentence() {
    let outcome = Spelling::new("SFX A Y 1\n", DIC, OwnWords::default(), BTreeSet::new());
    let message = outcome.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message.starts_with("the dictionary is no Hunspell dictionary: "), "{message}");
    assert_eq!(message.lines().count(), 1);
}

#[test]
fn the_committed_list_is_in_order() {
    let list = include_bytes!("../../../../../spelling.txt");
    assert_eq!(OwnWords::parse("spelling.txt", list).1, []);
}
