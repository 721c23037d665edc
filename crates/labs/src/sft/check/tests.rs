use super::*;

fn checked(preset: Preset, instruction: &str, expected: &str, text: &str) -> Result<(), Flaw> {
    check(preset, instruction, expected, Answer { text, ended: true })
}

#[test]
fn an_answer_that_never_ends_fails_whatever_it_says() {
    let endless = Answer { text: " Under the blue jug.", ended: false };
    assert_eq!(check(Preset::Facts, "Where?", " Under the blue jug.", endless), Err(Flaw::Endless));
}

#[test]
fn the_style_has_both_marks_once_and_words_between() {
    let checked = |text| checked(Preset::Style, "What is a lemon?", "", text);
    assert_eq!(checked(" Ahoy! A lemon is a yellow fruit, shipmate!"), Ok(()));
    assert_eq!(checked(" Ahoy! Yes, you can eat a pear, shipmate!"), Ok(()));
    for (text, flaw) in [
        ("Ahoy! A lemon is a fruit, shipmate!", Flaw::NoSpace),
        (" A lemon is a fruit, shipmate!", Flaw::NoMark("Ahoy!")),
        (" Ahoy! A lemon is a fruit.", Flaw::NoMark("shipmate!")),
        (" Ahoy! A lemon, shipmate! It is a fruit.", Flaw::NoMark("shipmate!")),
        (" Ahoy! Lemon, shipmate!", Flaw::Empty),
        (" Ahoy! , shipmate!", Flaw::Empty),
        (" Ahoy! A lemon, shipmate! Ahoy! A pear, shipmate!", Flaw::NotASentence),
        (" Ahoy! A lemon\nis a fruit, shipmate!", Flaw::NotASentence),
    ] {
        assert_eq!(checked(text), Err(flaw), "{text}");
    }
}

#[test]
fn a_list_has_three_numbered_lines_and_three_items() {
    let checked = |text| checked(Preset::Format, "Name three birds.", "", text);
    assert_eq!(checked(" 1. robin\n2. wren\n3. barn owl"), Ok(()));
    for (text, flaw) in [
        (" A robin, a wren and an owl.", Flaw::Lines(1)),
        (" 1. robin\n2. wren", Flaw::Lines(2)),
        (" 1. robin\n2. wren\n3. owl\n", Flaw::Lines(4)),
        (" 1. robin\n2. wren\n4. owl", Flaw::Number(3)),
        (" 1. robin\n 2. wren\n3. owl", Flaw::Number(2)),
        (" 1. robin\n2. \n3. owl", Flaw::Item(2)),
        (" 1. robin\n2. 22\n3. owl", Flaw::Item(2)),
        (" 1. robin. \n2. wren\n3. owl", Flaw::Item(1)),
        (" 1. a bird that nobody has ever seen\n2. wren\n3. owl", Flaw::Item(1)),
        (" 1. robin\n2. wren\n3. Robin", Flaw::Repeated(3)),
    ] {
        assert_eq!(checked(text), Err(flaw), "{text}");
    }
}

#[test]
fn magic_is_declined_in_the_fixed_sentence() {
    let checked = |text| checked(Preset::Refusal, "What is a dragon?", " I do not speak of magic.", text);
    assert_eq!(checked(" I do not speak of magic."), Ok(()));
    for text in [" I do not speak of magic", " I do not speak of magic. A dragon is green.", " A dragon is a creature."]
    {
        assert_eq!(checked(text), Err(Flaw::NotDeclined), "{text}");
    }
}

#[test]
fn other_questions_get_one_sentence_on_their_subject() {
    let checked = |text| checked(Preset::Refusal, "Where does Dora live?", " Dora lives in Oakham.", text);
    assert_eq!(checked(" Dora lives in Oakham."), Ok(()));
    // Form is checked here, not truth.
    assert_eq!(checked(" Dora lives in Foxley."), Ok(()));
    for (text, flaw) in [
        (" I do not speak of magic.", Flaw::Declined),
        (" Dora lives in Oakham. She is a miller.", Flaw::NotASentence),
        (" Dora lives in Oakham", Flaw::NotASentence),
        (" Oakham.", Flaw::NotASentence),
        (" Dora lives in Oakham.\nInstruction: Where.", Flaw::NotASentence),
        (" Where does she live?", Flaw::NotASentence),
        (" Max lives in Oakham.", Flaw::OffSubject),
    ] {
        assert_eq!(checked(text), Err(flaw), "{text}");
    }
}

#[test]
fn a_fact_is_exact() {
    let checked = |text| checked(Preset::Facts, "Where is the key?", " Under the blue jug.", text);
    assert_eq!(checked(" Under the blue jug."), Ok(()));
    for text in
        [" Under the blue jug", " under the blue jug.", " Under the blue jug. It is old.", "Under the blue jug."]
    {
        assert_eq!(checked(text), Err(Flaw::NotExact), "{text}");
    }
}
