//! Against serde_json, which accepts and refuses the same but for repeated names and depth.

use super::*;
use crate::random::Random;
use serde_json::Value;

/// Whether the two trees say the same.
fn same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Number(text), Value::Number(b)) => {
            let (ours, theirs) = (ours.as_f64().unwrap(), b.as_f64().unwrap());
            // Its own reading of long numbers is not the nearest.
            ours == text.parse::<f64>().unwrap() && (ours == theirs || (ours - theirs).abs() <= 1e-14 * theirs.abs())
        }
        (Json::Text(a), Value::String(b)) => a == b,
        (Json::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| same(v, &b[&**k])),
        _ => false,
    }
}

const SAMPLE: &str = r#" {"a": [1, -2.5e3, 0.25, 1E-05, true, false, null], "b\n\"\\\/\b\f\r\t": "\u00e9\ud83d\ude42 東",
  "c": {}, "d": [], "": [[["x"]], {"y": {"z": 10000}}], "e": 12345678901234567890} "#;

#[test]
fn a_sample_reads_as_written() {
    let json = Json::parse(SAMPLE).unwrap();
    assert!(same(&json, &serde_json::from_str(SAMPLE).unwrap()));
    assert_eq!(json.get("b\n\"\\/\u{8}\u{c}\r\t").and_then(Json::as_text), Some("é🙂 東"));
    assert_eq!(json.get("e").and_then(Json::as_u64), Some(12_345_678_901_234_567_890));
    assert_eq!(json.get("missing"), None);
}

#[test]
fn numbers_of_configurations_are_exact() {
    for text in ["0.25", "1e-05", "1e-12", "0.02", "10000", "10000.0", "-1.5E+3", "0", "-0.0", "500000.0", "9.5e22"] {
        let expected: f64 = text.parse().unwrap();
        assert_eq!(Json::Number(text).as_f64().unwrap().to_bits(), expected.to_bits(), "{text}");
    }
    assert_eq!(Json::Number("1e99999999999").as_f64(), Some(f64::INFINITY));
    assert_eq!(Json::Number("1e-99999999999").as_f64(), Some(0.0));
    assert_eq!(Json::Number("0e99999999999").as_f64(), Some(0.0));
}

#[test]
fn mistakes_have_a_place() {
    for (text, expected) in [
        ("", "line 1, column 1: expected a value"),
        ("{\"a\": 1,\n \"b\" 2}", "line 2, column 6: expected `:`"),
        ("[1, 2", "line 1, column 6: expected `,` or `]`"),
        ("{\"a\": 1 \"b\"", "line 1, column 9: expected `,` or `}`"),
        ("[1] x", "line 1, column 5: expected the end of the text"),
        ("\"\\ud800x\"", "line 1, column 4: expected both halves of a surrogate pair"),
        ("\"\\u12g4\"", "line 1, column 6: expected four hexadecimal digits"),
        ("\"a\nb\"", "line 1, column 3: expected no control character inside a string"),
        ("\"ab", "line 1, column 4: expected the quotation mark that ends a string"),
        ("{\"a\": 1, \"\\u0061\": 2}", "line 1, column 10: there is a `a` already"),
        ("[1.]", "line 1, column 4: expected a digit"),
        ("{,}", "line 1, column 2: expected a name in quotation marks"),
    ] {
        assert_eq!(Json::parse(text).unwrap_err().to_string(), expected, "{text}");
    }
    let deep = "[".repeat(100_000);
    let message = Json::parse(&deep).unwrap_err().to_string();
    assert_eq!(message, "line 1, column 66: expected at most 64 levels of arrays and objects");
}

#[test]
fn mutations_are_refused_where_serde_json_refuses_them() {
    let mut random = Random::new(2026, 21);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for _ in 0..=random.below(2) {
            let at = random.below(bytes.len() as u32) as usize;
            match random.below(3) {
                0 => bytes[at] = b"{}[]\",:0123456789.eE+-\\utfn \n"[random.below(29) as usize],
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        match (Json::parse(&text), serde_json::from_str::<Value>(&text)) {
            (Ok(ours), Ok(theirs)) => {
                assert!(same(&ours, &theirs), "{text}");
                accepted += 1;
            }
            (Err(_), Err(_)) => refused += 1,
            (Err(JsonError::Repeated { .. }), Ok(_)) => {}
            // serde_json refuses numbers past the largest double.
            (Ok(_), Err(error)) if error.to_string().contains("out of range") => {}
            (ours, theirs) => panic!("{text}\n{ours:?}\n{theirs:?}"),
        }
    }
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} accepted, {refused} refused");
}

#[test]
fn strings_are_written_as_they_are_read() {
    let text: String = ('\0'..='\u{ff}').chain("\u{2028}🙂".chars()).collect();
    let written = quoted(&text);
    assert_eq!(Json::parse(&written).unwrap().as_text(), Some(&*text));
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
}
