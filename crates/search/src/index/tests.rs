use super::*;
use crate::write::{Document, count, write};
use std::collections::{BTreeMap, BTreeSet};

fn documents(texts: &[(&str, &str)]) -> Vec<Document> {
    let one = |(at, (title, body)): (usize, &(&str, &str))| Document {
        slug: format!("post-{at}"),
        title: (*title).to_owned(),
        body: (*body).to_owned(),
        date: "2026-01-02".to_owned(),
        description: format!("What {title} is"),
        ..Document::default()
    };
    texts.iter().enumerate().map(one).collect()
}

fn files(documents: &[Document]) -> BTreeMap<String, Vec<u8>> {
    let written = write(&documents.iter().map(count).collect::<Vec<_>>());
    let directory = (DIRECTORY.to_owned(), written.directory("a1", "b2"));
    written.pieces.into_iter().chain(written.entries).chain([directory]).collect()
}

/// Asks as a page does: takes what is needed, then searches. Gives the slugs, and how many files were taken.
fn ask(files: &BTreeMap<String, Vec<u8>>, question: &str) -> (Vec<String>, Hits) {
    let mut index = Index::open(&files[DIRECTORY]).unwrap();
    let question = &index.question(question);
    for file in index.needs(question) {
        index.give(file, files[&file.name()].clone());
    }
    assert_eq!(index.needs(question), []);
    let hits = index.search(question, 10).unwrap();
    for file in index.entries_needed(&hits.best) {
        index.give(file, files[&file.name()].clone());
    }
    let slugs = hits.best.iter().map(|hit| index.entry(hit.post).unwrap().unwrap().slug).collect();
    (slugs, hits)
}

const SOME: [(&str, &str); 4] = [
    ("Scaling laws", "Loss falls with compute; experts are no part of it."),
    ("Mixtures of experts", "A router sends each token to two experts."),
    ("Routing tables", "Networks route packets, tokens do not matter here."),
    ("Naïve Bayes", "Classifies by counting."),
];

#[test]
fn a_question_finds_its_posts_best_first() {
    let files = files(&documents(&SOME));
    assert_eq!(ask(&files, "experts").0, ["post-1", "post-0"], "a title is worth more");
    assert_eq!(ask(&files, "EXPERT ").0, ["post-1", "post-0"]);
    assert_eq!(ask(&files, "rout").0, ["post-2", "post-1"], "a word that is only begun");
    assert_eq!(ask(&files, "rout ").0, [""; 0], "and one that is ended");
    assert_eq!(ask(&files, "router token").0, ["post-1"], "all words");
    assert_eq!(ask(&files, "naive").0, ["post-3"]);
    let (slugs, hits) = ask(&files, "scaling bayes");
    assert_eq!((slugs.len(), hits.n_all, hits.has_some_words_only), (2, 2, true));
    assert_eq!(ask(&files, ""), (vec![], Hits::default()));
    assert_eq!(ask(&files, "zebra").1, Hits::default());
}

#[test]
fn the_entries_are_those_of_the_posts() {
    let files = files(&documents(&SOME));
    let mut index = Index::open(&files[DIRECTORY]).unwrap();
    assert_eq!(index.n_posts(), 4);
    assert_eq!([File::Piece(2), File::Entries(0)].map(|file| index.path(file)), ["a1/words-2.bin", "b2/posts-0.bin"]);
    for file in [File::Piece(0), File::Piece(312), File::Entries(7)] {
        assert_eq!(File::named(&file.name()), Some(file));
    }
    assert_eq!(File::named("words-x.bin"), None);
    assert_eq!(index.entry(3), Ok(None));
    index.give(File::Entries(0), files["posts-0.bin"].clone());
    let entry = index.entry(3).unwrap().unwrap();
    let expected = ["post-3", "Naïve Bayes", "What Naïve Bayes is", "2026-01-02"];
    assert_eq!([entry.slug, entry.title, entry.description, entry.date], expected.map(str::to_owned));
}

/// Words that no language has: a number in base 20, in letters.
fn word(mut number: u32) -> String {
    let mut word = "zz".to_owned();
    for _ in 0..5 {
        word.push(char::from(b'b' + (number % 20) as u8));
        number /= 20;
    }
    word
}

/// Many posts: what each has alone, what some have, what all have.
fn many() -> Vec<Document> {
    let one = |at: u32| {
        let body: Vec<String> = (0..60).map(|n| word(at * 7_919 % 100_003 + 40_009 * n)).collect();
        Document {
            slug: format!("post-{at}"),
            title: format!("Title {}", word(at)),
            body: format!("everywhere {} some{} {}", word(at), at % 97, body.join(" ")),
            headings: if at == 400 { "Everywhere".to_owned() } else { String::new() },
            ..Document::default()
        }
    };
    (0..900).map(one).collect()
}

#[test]
fn with_many_posts_a_question_needs_few_files() {
    let documents = many();
    let files = files(&documents);
    assert!(files.len() > 60, "{}", files.len());
    for at in [0, 1, 450, 899] {
        let (slugs, _) = ask(&files, &format!("{} ", word(at)));
        assert_eq!(slugs[0], format!("post-{at}"));
    }
    let index = Index::open(&files[DIRECTORY]).unwrap();
    assert_eq!(index.needs(&index.question("some13 ")).len(), 1);
    assert_eq!(index.needs(&index.question("zz")).len(), MOST_PIECES);
    let (_, hits) = ask(&files, "some13 ");
    assert_eq!(hits.n_all, 10, "posts whose number leaves 13 by 97");
}

/// 900 posts: `everywhere` stands in all, `mostly` in two of three, `some13` in ten.
#[test]
fn a_word_that_most_posts_have_is_asked_of_none() {
    let mut documents = many();
    for (at, document) in documents.iter_mut().enumerate().filter(|(at, _)| at % 3 > 0) {
        document.body.push_str(" mostly");
        if at == 401 {
            document.tags.push_str("mostly");
        }
    }
    let files = files(&documents);
    // It tells nothing, but of the one that has it in a heading or a tag.
    assert_eq!(ask(&files, "everywhere ").0, ["post-400"]);
    assert_eq!(ask(&files, "mostly ").0, ["post-401"]);
    assert_eq!(ask(&files, "mostly everywhere ").0, ["post-401"]);
    // 13 of 97 are 13, 110, … 886: ten, of which 401 is one, and the last has the word in no place that stands out.
    let (slugs, hits) = ask(&files, "some13 ");
    assert_eq!((hits.n_all, hits.has_some_words_only), (10, false));
    assert_eq!(slugs[0], "post-13");
    let (slugs, hits) = ask(&files, "mostly some13 ");
    assert_eq!((hits.n_all, hits.has_some_words_only), (10, false));
    assert_eq!(slugs[0], "post-401", "where it stands out, it counts");
    assert_eq!(ask(&files, "everywhere some13 ").1, ask(&files, "some13 ").1);
    // A word that no post has is told.
    let (slugs, hits) = ask(&files, "mostly zebra ");
    assert_eq!((slugs.as_slice(), hits.has_some_words_only), (&["post-401".to_owned()][..], true));
    // What nearly all have is not looked up, where there is more.
    let index = Index::open(&files[DIRECTORY]).unwrap();
    let n_needed = |question: &str| index.needs(&index.question(question)).len();
    let of = |common: &str| n_needed(&[common, &word(450), " "].concat());
    assert_eq!([n_needed("everywhere "), of("everywhere "), of("mostly ")], [1, 1, 2]);
    let few: Vec<Document> = documents.into_iter().take(20).collect();
    assert_eq!(ask(&self::files(&few), "everywhere ").1.n_all, 20, "of few posts all are told");
}

/// What a search by hand over all words finds.
#[test]
fn nothing_is_lost_between_the_pieces() {
    let documents = many();
    let files = files(&documents);
    let mut index = Index::open(&files[DIRECTORY]).unwrap();
    for at in 0.. {
        let Some(bytes) = files.get(&File::Piece(at).name()) else { break };
        index.give(File::Piece(at), bytes.clone());
    }
    let terms = |document: &Document| -> BTreeSet<String> {
        let text = [&document.title, " ", &document.body, " ", &document.description].concat();
        crate::words::words(&text).into_iter().map(|word| word.term).collect()
    };
    let of_each: Vec<BTreeSet<String>> = documents.iter().map(terms).collect();
    let all: BTreeSet<&String> = of_each.iter().flatten().collect();
    // What nearly all have is left out of the index.
    for term in
        all.into_iter().filter(|term| !["everywhere", "title", "what", "is"].contains(&term.as_str())).step_by(997)
    {
        let n_expected = of_each.iter().filter(|terms| terms.contains(term)).count();
        let hits = index.search(&index.question(&[term, " "].concat()), 5).unwrap();
        assert_eq!(hits.n_all as usize, n_expected, "{term}");
    }
}

#[test]
fn damage_is_told_and_never_a_panic() {
    let files = files(&documents(&SOME));
    let directory = &files[DIRECTORY];
    assert_eq!(Index::open(&[9]).unwrap_err(), Damage::Version { found: 9, known: crate::FORMAT });
    for length in 0..directory.len() {
        let _ = Index::open(&directory[..length]);
    }
    let index = Index::open(directory).unwrap();
    for name in [File::Piece(0), File::Entries(0)] {
        let whole = &files[&name.name()];
        for at in 0..whole.len() {
            for damaged in [whole[..at].to_vec(), {
                let mut copy = whole.clone();
                copy[at] ^= 0x91;
                copy
            }] {
                let mut index = index.clone();
                index.give(name, damaged);
                let _ = index.search(&index.question("experts rout"), 10);
                let _ = (index.entry(0), index.entry(3), index.entry(11));
            }
        }
    }
}
