//! The small world that the texts tell of: who lives where, and what each town is known for.
//!
//! It is the same for every seed of the corpus, so that a model can learn its facts from any.

use super::lexicon::Lexicon;
use ml::random::Random;

/// The world's own seed: another number is another world.
const SEED: u64 = 7;

/// An inhabitant. Fields ending in an index point into the lexicon or the world.
#[derive(Debug)]
pub struct Person {
    /// First name.
    pub name: &'static str,
    /// Said of with `she`.
    pub woman: bool,
    /// Index of the trade.
    pub job: usize,
    /// Index of the town.
    pub home: usize,
    /// Index of a thing: the pet.
    pub pet: usize,
    /// Index of a thing: the favourite food.
    pub food: usize,
    /// Index of a thing: the instrument that this person plays.
    pub instrument: usize,
    /// Index of a person: the best friend.
    pub friend: usize,
    /// Favourite colour.
    pub colour: &'static str,
    /// Character.
    pub trait_word: &'static str,
    /// Pastime, as an infinitive.
    pub hobby: &'static str,
    /// Month of birth.
    pub month: &'static str,
}

/// A town.
#[derive(Debug)]
pub struct Town {
    /// Its name.
    pub name: &'static str,
    /// The river that it lies on.
    pub river: &'static str,
    /// Index of a thing: what it is known for.
    pub product: usize,
    /// Index of a thing: the building that one sees first.
    pub sight: usize,
    /// Index of a thing: the land around.
    pub land: usize,
    /// Index of a thing: what people eat there.
    pub food: usize,
    /// Index of a person.
    pub mayor: usize,
    /// Index of the next town.
    pub near: usize,
    /// Where it lies from there.
    pub direction: &'static str,
    /// Month of its feast.
    pub month: &'static str,
}

/// Everybody and every place.
#[derive(Debug)]
pub struct World {
    /// The inhabitants.
    pub people: Vec<Person>,
    /// The towns.
    pub towns: Vec<Town>,
}

impl World {
    /// Peoples the world from the lexicon's names.
    pub fn new(lexicon: &Lexicon) -> Self {
        let names = |section| lexicon.names.get(section).map_or(&[][..], Vec::as_slice);
        let named: Vec<(&'static str, bool)> =
            names("woman").iter().map(|n| (*n, true)).chain(names("man").iter().map(|n| (*n, false))).collect();
        let towns = names("town");
        let people = (0..named.len()).map(|i| person(lexicon, i, &named, towns.len())).collect();
        let towns = (0..towns.len()).map(|i| town(lexicon, i, towns, named.len())).collect();
        Self { people, towns }
    }
}

fn person(lexicon: &Lexicon, index: usize, named: &[(&'static str, bool)], towns: usize) -> Person {
    let mut draw = Draw { lexicon, random: Random::at(SEED, 0, index as u64) };
    let (name, woman) = named[index];
    Person {
        name,
        woman,
        job: index * 7 % lexicon.jobs.len().max(1),
        home: draw.below(towns),
        pet: draw.thing("pet"),
        food: draw.thing(if index.is_multiple_of(2) { "fruit" } else { "vegetable" }),
        instrument: draw.thing("instrument"),
        friend: (index + 1 + draw.below(named.len().saturating_sub(1))) % named.len(),
        colour: draw.word("colour"),
        trait_word: draw.word("trait"),
        hobby: draw.word("hobby"),
        month: draw.word("month"),
    }
}

fn town(lexicon: &Lexicon, index: usize, towns: &[&'static str], people: usize) -> Town {
    let mut draw = Draw { lexicon, random: Random::at(SEED, 1, index as u64) };
    let rivers = lexicon.names.get("river").map_or(&[][..], Vec::as_slice);
    Town {
        name: towns[index],
        river: rivers.get(index % rivers.len().max(1)).copied().unwrap_or_default(),
        product: draw.thing(["fruit", "vegetable", "garment", "instrument", "vessel", "flower"][index % 6]),
        sight: draw.thing("building"),
        land: draw.thing("land"),
        food: draw.thing("dish"),
        mayor: draw.below(people),
        near: (index + 1) % towns.len(),
        direction: draw.word("direction"),
        month: draw.word("month"),
    }
}

struct Draw<'a> {
    lexicon: &'a Lexicon,
    random: Random,
}

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.random.below(u32::try_from(n).unwrap_or(u32::MAX)) as usize
    }

    fn thing(&mut self, kind: &str) -> usize {
        let members = self.lexicon.kinds.iter().find(|k| k.id == kind).map_or(&[][..], |k| &k.members);
        members.get(self.below(members.len())).copied().unwrap_or_default()
    }

    fn word(&mut self, list: &str) -> &'static str {
        let words = self.lexicon.lists.get(list).map_or(&[][..], Vec::as_slice);
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
