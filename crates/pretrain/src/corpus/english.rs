//! The forms of English words: articles, plurals, forms of verbs, capitals.

/// `a` or `an` before `word`.
pub fn article(word: &str) -> &'static str {
    // Written with a vowel, spoken with a consonant.
    const SPOKEN_WITH_CONSONANT: [&str; 4] = ["use", "uni", "one", "eu"];
    const SILENT_H: [&str; 2] = ["hour", "honest"];
    let word = word.to_lowercase();
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    if SILENT_H.iter().any(|h| word.starts_with(h))
        || vowel && !SPOKEN_WITH_CONSONANT.iter().any(|c| word.starts_with(c))
    {
        "an"
    } else {
        "a"
    }
}

/// The plural of a noun; in `part of the body` that of the first word.
pub fn plural(noun: &str) -> String {
    if let Some((head, rest)) = noun.split_once(" of ").or_else(|| noun.split_once(" to ")) {
        let link = if noun.contains(" of ") { "of" } else { "to" };
        return format!("{} {link} {rest}", plural(head));
    }
    const IRREGULAR: [(&str, &str); 19] = [
        ("foot", "feet"),
        ("tooth", "teeth"),
        ("goose", "geese"),
        ("mouse", "mice"),
        ("ox", "oxen"),
        ("calf", "calves"),
        ("wolf", "wolves"),
        ("elf", "elves"),
        ("leaf", "leaves"),
        ("loaf", "loaves"),
        ("knife", "knives"),
        ("shelf", "shelves"),
        ("scarf", "scarves"),
        ("penny", "pence"),
        ("piano", "pianos"),
        ("yo-yo", "yo-yos"),
        ("roof", "roofs"),
        ("canoe", "canoes"),
        ("hoe", "hoes"),
    ];
    const SAME: [&str; 12] = [
        "sheep", "deer", "moose", "trout", "salmon", "carp", "pike", "cod", "mackerel", "plaice", "haddock", "herring",
    ];
    if let Some((_, plural)) = IRREGULAR.iter().find(|(one, _)| *one == noun) {
        return (*plural).to_owned();
    }
    if SAME.contains(&noun) {
        return noun.to_owned();
    }
    with_s(noun, &["o"])
}

/// `word` with the ending -s, -es or -ies; `es` lists endings that take -es besides the hissing ones.
fn with_s(word: &str, es: &[&str]) -> String {
    if let Some(stem) = consonant_y(word) {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end));
    if hisses || es.iter().any(|end| word.ends_with(end)) { format!("{word}es") } else { format!("{word}s") }
}

/// What stands before a final y that follows a consonant.
fn consonant_y(word: &str) -> Option<&str> {
    let stem = word.strip_suffix('y')?;
    let last = stem.chars().next_back()?;
    (!"aeiou".contains(last)).then_some(stem)
}

/// The third person of a verb: `carry` → `carries`, `go` → `goes`.
pub fn third_person(verb: &str) -> String {
    if verb == "have" { "has".to_owned() } else { with_s(verb, &["o"]) }
}

/// The regular past of a verb: `stop` → `stopped`, `bake` → `baked`, `carry` → `carried`.
pub fn past(verb: &str) -> String {
    if let Some(stem) = consonant_y(verb) {
        format!("{stem}ied")
    } else if verb.ends_with('e') {
        format!("{verb}d")
    } else {
        format!("{}ed", doubled(verb))
    }
}

/// The verb with its last consonant written twice where an ending follows a short stressed vowel.
fn doubled(verb: &str) -> String {
    const UNSTRESSED: [&str; 14] = [
        "answer", "whisper", "gather", "wander", "travel", "gallop", "order", "offer", "visit", "discover", "remember",
        "wonder", "mutter", "shiver",
    ];
    const UNSTRESSED_TOO: [&str; 14] = [
        "murmur", "recover", "listen", "open", "cover", "suffer", "blossom", "rattle", "limit", "pocket", "swallow",
        "borrow", "follow", "thunder",
    ];
    let letters: Vec<char> = verb.chars().collect();
    let short = match letters[..] {
        [.., a, b, c] => !"aeiou".contains(a) && "aeiou".contains(b) && !"aeiouwxy".contains(c),
        _ => false,
    };
    match letters.last() {
        Some(last) if short && !UNSTRESSED.contains(&verb) && !UNSTRESSED_TOO.contains(&verb) => {
            format!("{verb}{last}")
        }
        _ => verb.to_owned(),
    }
}

/// Writes the first letter of every sentence, line and quotation large.
pub fn capitalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut large, mut quoted, mut end) = (true, false, None);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                // After a question or a cry its sentence may go on: `"Where?" asked Tom.`
                large = quoted || end == Some('.');
                end = None;
            }
            // The grammar's mark for a large letter elsewhere.
            '^' => {
                large = true;
                continue;
            }
            '.' | '!' | '?' => end = Some(c),
            '\n' => large = true,
            ' ' if end.is_some() => {
                large = true;
                end = None;
            }
            _ if c.is_alphanumeric() => {
                end = None;
                if large {
                    large = false;
                    out.extend(c.to_uppercase());
                    continue;
                }
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_follow_the_sound() {
        for (word, expected) in [
            ("apple", "an"),
            ("pear", "a"),
            ("useful axe", "a"),
            ("unicorn", "a"),
            ("hour", "an"),
            ("honest man", "an"),
        ] {
            assert_eq!(article(word), expected, "{word}");
        }
    }

    #[test]
    fn plurals() {
        for (one, many) in [
            ("cherry", "cherries"),
            ("day", "days"),
            ("fox", "foxes"),
            ("potato", "potatoes"),
            ("part of the body", "parts of the body"),
            ("thing to read", "things to read"),
            ("goose", "geese"),
            ("trout", "trout"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn verbs() {
        for (verb, expected) in
            [("stop", "stopped"), ("bake", "baked"), ("carry", "carried"), ("gather", "gathered"), ("rain", "rained")]
        {
            assert_eq!(past(verb), expected);
        }
        assert_eq!(third_person("catch"), "catches");
        assert_eq!(third_person("fly"), "flies");
    }

    #[test]
    fn sentences_begin_large() {
        assert_eq!(
            capitalised("it rained. \"what is it?\" asked Tom. \"rain,\" said she.\nyes! no."),
            "It rained. \"What is it?\" asked Tom. \"Rain,\" said she.\nYes! No."
        );
        assert_eq!(capitalised("\"go home.\" then he left."), "\"Go home.\" Then he left.");
    }
}
