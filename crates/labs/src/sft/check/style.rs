//! The sailor's style: `Ahoy! A lemon is a yellow fruit, shipmate!`

use super::Flaw;
use crate::text::holds;

const OPENING: &str = "Ahoy! ";
const CLOSING: &str = ", shipmate!";

/// Both marks in their places and nowhere else, and at least two words between them.
pub(super) fn check(body: &str) -> Result<(), Flaw> {
    let rest = body.strip_prefix(OPENING).ok_or(Flaw::NoMark("Ahoy!"))?;
    let said = rest.strip_suffix(CLOSING).ok_or(Flaw::NoMark("shipmate!"))?;
    if holds(said, "Ahoy") || holds(said, "shipmate") || holds(said, "\n") {
        return Err(Flaw::NotASentence);
    }
    if said.split(' ').filter(|w| w.bytes().any(|byte| byte.is_ascii_alphabetic())).count() < 2 {
        return Err(Flaw::Empty);
    }
    Ok(())
}
