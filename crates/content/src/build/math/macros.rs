//! Macros: the site's, our own for what the converter lacks, and those that a formula defines.

use super::builtin;
use super::token::{Kind, Token, tokenize};
use std::collections::{BTreeMap, HashMap};

/// A macro of the site is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the macro `{name}` {message}")]
pub struct MacroError {
    /// The macro's name as it was given, backslash and all.
    pub name: String,
    /// What is wrong with it, without a full stop.
    pub message: String,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Macro<'a> {
    /// How many arguments it takes, the optional one included.
    pub params: u8,
    /// What the first argument is when it is not given in brackets.
    pub default: Option<Vec<Token<'a>>>,
    pub body: Body<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum Body<'a> {
    /// As it stands in a table; cut into tokens at each call, which then carry the call's place.
    Text(&'a str),
    Tokens(Vec<Token<'a>>),
}

/// The macros of the site, by name without backslash.
#[derive(Clone, Debug, Default)]
pub(super) struct Macros {
    site: HashMap<String, (u8, String)>,
}

impl Macros {
    /// Checks and takes the site's macros.
    ///
    /// # Errors
    /// The first macro, in the order of names, that is no command, whose definition is broken, or
    /// that uses a command which neither we nor another macro know.
    pub fn new(definitions: &BTreeMap<String, String>) -> Result<Self, MacroError> {
        let mut site = HashMap::new();
        for (name, body) in definitions {
            let bad = |message: String| MacroError { name: name.clone(), message };
            let Some(word) = name.strip_prefix('\\').filter(|word| is_command_name(word)) else {
                return Err(bad("is no command: a backslash and letters, such as `\\R`".to_owned()));
            };
            let tokens = tokenize(body, None).map_err(|fault| bad(format!("is broken: {}", fault.message)))?;
            check_braces(&tokens).map_err(&bad)?;
            let params = tokens.iter().fold(0, |most, token| match token.kind {
                Kind::Param(number) => most.max(number),
                _ => most,
            });
            for token in &tokens {
                if token.kind == Kind::Char('#') && !body.contains("color") {
                    return Err(bad("has a `#` without a number from 1 to 9".to_owned()));
                }
                let Some(used) = token.command() else { continue };
                let known = super::names::is_known(used) || definitions.contains_key(&format!("\\{used}"));
                if !known {
                    return Err(bad(format!("uses `\\{used}`, which is no known command")));
                }
            }
            site.insert(word.to_owned(), (params, body.clone()));
        }
        Ok(Self { site })
    }

    /// The site's or our own macro of that name.
    pub fn get(&self, name: &str) -> Option<Macro<'_>> {
        let (params, body) = match self.site.get(name) {
            Some((params, body)) => (*params, body.as_str()),
            None => builtin::get(name)?,
        };
        Some(Macro { params, default: None, body: Body::Text(body) })
    }

    /// The names of the site's macros.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.site.keys().map(String::as_str)
    }
}

fn is_command_name(word: &str) -> bool {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) => !only.is_whitespace() && !only.is_control(),
        (Some(_), Some(_)) => word.bytes().all(|b| b.is_ascii_alphabetic()),
        (None, _) => false,
    }
}

fn check_braces(tokens: &[Token<'_>]) -> Result<(), String> {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.checked_sub(1).ok_or("closes a brace that it does not open")?,
            _ => {}
        }
    }
    if depth == 0 { Ok(()) } else { Err("opens a brace that it does not close".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn macros(name: &str, body: &str) -> Result<Macros, MacroError> {
        Macros::new(&BTreeMap::from([(name.to_owned(), body.to_owned())]))
    }

    #[test]
    fn counts_arguments() {
        assert_eq!(macros(r"\norm", r"\lVert #1 \rVert_{#2}").unwrap().get("norm").unwrap().params, 2);
    }

    #[test]
    fn names_the_bad_macro() {
        for (name, body, says) in [
            ("R", r"\mathbb{R}", "is no command"),
            (r"\a1", "x", "is no command"),
            (r"\x", r"\mathbb{R", "does not close"),
            (r"\x", r"R}", "does not open"),
            (r"\x", r"\mathbbb{R}", r"uses `\mathbbb`"),
            (r"\x", r"#0", "without a number"),
        ] {
            let error = macros(name, body).unwrap_err();
            assert_eq!(error.name, name);
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn may_use_other_macros() {
        let both = BTreeMap::from([(r"\A".to_owned(), r"\B_1".to_owned()), (r"\B".to_owned(), "b".to_owned())]);
        assert!(Macros::new(&both).is_ok());
    }
}
