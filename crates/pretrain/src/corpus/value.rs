//! What a slot of the grammar stands for, its attributes, and how it is written.

use super::english;
use super::lexicon::{Lexicon, Thing, Verb};
use super::world::World;

/// Something that a text can speak of. Numbers are indices into lexicon and world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A thing of the lexicon.
    Thing(usize),
    /// A kind of things.
    Kind(usize),
    /// An inhabitant.
    Person(usize),
    /// A town.
    Town(usize),
    /// A trade.
    Job(usize),
    /// The verb of that theme and number.
    Verb(&'static str, usize),
    /// A phrase that begins with a verb: `bake bread`.
    Phrase(&'static str),
    /// A word.
    Word(&'static str),
    /// Text that is ready.
    Text(String),
}

/// Where attributes are looked up.
#[derive(Debug)]
pub struct Facts {
    /// The words.
    pub lexicon: Lexicon,
    /// Who and where.
    pub world: World,
}

/// A place with its preposition: `in the mill`, `on the hill`.
fn at(place: &str) -> String {
    let preposition = match place {
        "hill" | "river" | "roof" | "farm" | "ship" | "cart" => "on",
        "market" | "fair" | "court" | "school" | "theatre" => "at",
        _ => "in",
    };
    format!("{preposition} the {place}")
}

impl Facts {
    /// The attribute `name` of `value`; `None` where it has none of that name.
    pub fn attribute(&self, value: &Value, name: &str) -> Option<Value> {
        use Value::{Job, Person, Phrase, Text, Town, Word};
        let text = |s: String| Some(Text(s));
        match value {
            Value::Thing(i) => self.of_thing(self.lexicon.things.get(*i)?, name),
            Value::Kind(i) => {
                let kind = self.lexicon.kinds.get(*i)?;
                match name {
                    "name" => text(kind.name.clone()),
                    "s" => text(english::plural(&kind.name)),
                    _ => None,
                }
            }
            Person(i) => {
                let p = self.world.people.get(*i)?;
                let by = |she, he| Some(Word(if p.woman { she } else { he }));
                match name {
                    "name" => Some(Word(p.name)),
                    "he" => by("she", "he"),
                    "him" => by("her", "him"),
                    "his" => by("her", "his"),
                    "himself" => by("herself", "himself"),
                    "job" => Some(Job(p.job)),
                    "home" => Some(Town(p.home)),
                    "pet" => Some(Value::Thing(p.pet)),
                    "food" => Some(Value::Thing(p.food)),
                    "instrument" => Some(Value::Thing(p.instrument)),
                    "friend" => Some(Person(p.friend)),
                    "colour" => Some(Word(p.colour)),
                    "trait" => Some(Word(p.trait_word)),
                    "hobby" => Some(Phrase(p.hobby)),
                    "month" => Some(Word(p.month)),
                    _ => None,
                }
            }
            Town(i) => {
                let t = self.world.towns.get(*i)?;
                match name {
                    "river" => Some(Word(t.river)),
                    "product" => Some(Value::Thing(t.product)),
                    "sight" => Some(Value::Thing(t.sight)),
                    "land" => Some(Value::Thing(t.land)),
                    "food" => Some(Value::Thing(t.food)),
                    "mayor" => Some(Person(t.mayor)),
                    "near" => Some(Town(t.near)),
                    "direction" => Some(Word(t.direction)),
                    "month" => Some(Word(t.month)),
                    _ => None,
                }
            }
            Job(i) => {
                let j = self.lexicon.jobs.get(*i)?;
                match name {
                    "does" => Some(Phrase(j.does)),
                    "tool" => Some(Word(j.tool)),
                    "place" => Some(Word(j.place)),
                    "at" => text(at(j.place)),
                    "He" => Some(Word("he")),
                    "s" => text(english::plural(j.name)),
                    _ => None,
                }
            }
            Value::Verb(theme, i) => {
                let verb = self.verb(theme, *i)?;
                match name {
                    "ed" => text(verb.past.clone()),
                    "en" => text(verb.participle.clone()),
                    "s" => text(english::third_person(verb.base)),
                    _ => None,
                }
            }
            Phrase(phrase) => match name {
                "s" => {
                    let (verb, rest) = phrase.split_once(' ')?;
                    text(format!("{} {rest}", english::third_person(verb)))
                }
                _ => None,
            },
            Word(word) => match name {
                "s" => text(english::plural(word)),
                _ => None,
            },
            Text(_) => None,
        }
    }

    fn of_thing(&self, thing: &Thing, name: &str) -> Option<Value> {
        let kind = self.lexicon.kinds.get(thing.kind)?;
        Some(match name {
            "kind" => Value::Kind(thing.kind),
            "own" => Value::Word(thing.own),
            "quality" => Value::Word(thing.quality),
            "where" => Value::Word(kind.place),
            "deed" => Value::Phrase(kind.deed),
            "s" if thing.mass => Value::Text(thing.name.clone()),
            "s" => Value::Text(english::plural(&thing.name)),
            // Of things in general: `an apple`, but `tea`.
            "an" if thing.mass => Value::Text(thing.name.clone()),
            "an" => Value::Text(format!("{} {}", english::article(&thing.name), thing.name)),
            _ => return None,
        })
    }

    fn verb(&self, theme: &str, index: usize) -> Option<&Verb> {
        self.lexicon.verbs.get(theme)?.get(index)
    }

    /// How `value` is written, with an article where wanted.
    pub fn written(&self, value: &Value, article: bool) -> String {
        let plain = match value {
            Value::Thing(i) => self.lexicon.things.get(*i).map(|t| t.name.clone()),
            Value::Kind(i) => self.lexicon.kinds.get(*i).map(|k| k.name.clone()),
            Value::Person(i) => self.world.people.get(*i).map(|p| p.name.to_owned()),
            Value::Town(i) => self.world.towns.get(*i).map(|t| t.name.to_owned()),
            Value::Job(i) => self.lexicon.jobs.get(*i).map(|j| j.name.to_owned()),
            Value::Verb(theme, i) => self.verb(theme, *i).map(|v| v.base.to_owned()),
            Value::Phrase(text) | Value::Word(text) => Some(text.replace('_', " ")),
            Value::Text(text) => Some(text.clone()),
        }
        .unwrap_or_default();
        let mass = matches!(value, Value::Thing(i) if self.lexicon.things.get(*i).is_some_and(|t| t.mass));
        match (article, mass) {
            (false, _) => plain,
            (true, true) => format!("some {plain}"),
            (true, false) => format!("{} {plain}", english::article(&plain)),
        }
    }
}
