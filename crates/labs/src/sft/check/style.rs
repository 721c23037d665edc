//! The sailor's style: `Ahoy! A lemon is a yellow fruit, shipmate!`

use super::Flaw;

const OPENING: &str = "Ahoy! ";
const CLOSING: &str = ", shipmate!";

/// Both marks in their places and nowhere else, and at least two words between them.
pub(super) fn check(body: &str) -> Result<(), Flaw> {
    let rest = body.strip_prefix(OPENING).ok_or(Flaw::NoMark("Ahoy!"))?;
    let said = rest.strip_suffix(CLOSING).ok_or(Flaw::NoMark("shipmate!"))?;
    if said.contains("Ahoy") || said.contains("shipmate") || said.contains('\n') {
        return Err(Flaw::NotASentence);
    }
    if said.split(' ').filter(|w| w.chars().any(char::is_alphabetic)).count() < 2 {
        return Err(Flaw::Empty);
    }
    Ok(())
}
