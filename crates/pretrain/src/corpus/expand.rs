//! Texts from the grammar: slots filled with what the world holds, the same name always the same thing.

use super::error::CorpusError;
use super::grammar::{Alternative, Grammar, Node, Slot};
use super::value::{Facts, Value};
use ml::random::Random;
use std::collections::BTreeMap;

/// Deeper than any rule of the grammar goes.
const DEEPEST: usize = 24;
/// How often another choice is tried where the first is spoken of already.
const TRIES: usize = 8;

/// One text in the making.
pub struct Expansion<'a> {
    facts: &'a Facts,
    grammar: &'a Grammar,
    random: Random,
    bound: BTreeMap<&'static str, Value>,
    depth: usize,
}

impl<'a> Expansion<'a> {
    /// Begins a text that `random` decides on.
    pub fn new(facts: &'a Facts, grammar: &'a Grammar, random: Random) -> Self {
        Self { facts, grammar, random, bound: BTreeMap::new(), depth: 0 }
    }

    /// An expansion of `rule`.
    ///
    /// # Errors
    ///
    /// A name or an attribute that nothing defines, or rules without end.
    pub fn rule(&mut self, rule: &str) -> Result<String, CorpusError> {
        let grammar = self.grammar;
        let unknown = || CorpusError::Unknown { name: rule.to_owned() };
        let alternatives = grammar.rules.get(rule).ok_or_else(unknown)?;
        let chosen = self.choose(alternatives).ok_or_else(unknown)?;
        if self.depth == DEEPEST {
            return Err(CorpusError::Endless { rule: rule.to_owned() });
        }
        self.depth += 1;
        let mut out = String::new();
        self.nodes(&chosen.nodes, &mut out)?;
        self.depth -= 1;
        Ok(out)
    }

    fn choose(&mut self, alternatives: &'a [Alternative]) -> Option<&'a Alternative> {
        let mut left = self.random.below(alternatives.iter().map(|a| a.weight).sum());
        alternatives.iter().find(|a| match left.checked_sub(a.weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }

    fn nodes(&mut self, nodes: &'a [Node], out: &mut String) -> Result<(), CorpusError> {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Maybe(inner) => {
                    if self.random.below(2) == 0 {
                        self.nodes(inner, out)?;
                    }
                }
                Node::Slot(slot) => self.slot(slot, out)?,
            }
        }
        Ok(())
    }

    fn slot(&mut self, slot: &'a Slot, out: &mut String) -> Result<(), CorpusError> {
        // What is bound stays: attributes are of what is written, `{x:fruit.s}` keeps the fruit.
        let member = slot.path.last() == Some(&"member");
        let keep_head = slot.bind.is_some() && !member;
        let Some((head, attributes)) = slot.path.split_first() else { return Ok(()) };
        let mut value = if keep_head { self.fresh(head)? } else { self.named(head)? };
        if let (true, Some(name)) = (keep_head, slot.bind) {
            self.bound.insert(name, value.clone());
        }
        for attribute in attributes {
            value = match (&value, *attribute) {
                (Value::Kind(kind), "member") => self.member(*kind),
                _ => self.facts.attribute(&value, attribute).ok_or_else(|| CorpusError::Attribute {
                    value: self.facts.written(&value, false),
                    attribute: (*attribute).to_owned(),
                })?,
            };
        }
        if let (true, Some(name)) = (member, slot.bind) {
            self.bound.insert(name, value.clone());
        }
        if slot.written {
            out.push_str(&self.facts.written(&value, slot.article));
        }
        Ok(())
    }

    /// What `name` stands for: bound before, or chosen now.
    fn named(&mut self, name: &str) -> Result<Value, CorpusError> {
        match self.bound.get(name) {
            Some(value) => Ok(value.clone()),
            None => self.fresh(name),
        }
    }

    /// A new choice of `name`, where possible of something that the text does not speak of.
    fn fresh(&mut self, name: &str) -> Result<Value, CorpusError> {
        let mut value = self.pick(name)?;
        for _ in 0..TRIES {
            if !self.bound.values().any(|bound| *bound == value) {
                break;
            }
            value = self.pick(name)?;
        }
        Ok(value)
    }

    fn member(&mut self, kind: usize) -> Value {
        let facts = self.facts;
        let members = facts.lexicon.kinds.get(kind).map_or(&[][..], |k| &k.members);
        let mut value = self.among(members).map(Value::Thing);
        for _ in 0..TRIES {
            if !self.bound.values().any(|bound| Some(bound) == value.as_ref()) {
                break;
            }
            value = self.among(members).map(Value::Thing);
        }
        value.unwrap_or(Value::Kind(kind))
    }

    fn pick(&mut self, name: &str) -> Result<Value, CorpusError> {
        let facts = self.facts;
        let lexicon = &facts.lexicon;
        let unknown = || CorpusError::Unknown { name: name.to_owned() };
        let value = match name {
            "person" => Some(Value::Person(self.below(facts.world.people.len()))),
            "town" => Some(Value::Town(self.below(facts.world.towns.len()))),
            "job" => Some(Value::Job(self.below(lexicon.jobs.len()))),
            _ => None,
        };
        if let Some(value) = value {
            return Ok(value);
        }
        if let Some(kinds) = lexicon.groups.get(name) {
            let kind = self.among(kinds).ok_or_else(unknown)?;
            return self.thing(kind).ok_or_else(unknown);
        }
        if let Some(kind) = lexicon.kinds.iter().position(|k| k.id == name) {
            return self.thing(kind).ok_or_else(unknown);
        }
        if let Some((theme, verbs)) = lexicon.verbs.get_key_value(name) {
            return Ok(Value::Verb(theme, self.below(verbs.len())));
        }
        if let Some(words) = lexicon.lists.get(name) {
            let word = self.among(words).ok_or_else(unknown)?;
            return Ok(if lexicon.phrases.contains(&name) { Value::Phrase(word) } else { Value::Word(word) });
        }
        if let Some(words) = lexicon.names.get(name) {
            return self.among(words).map(Value::Word).ok_or_else(unknown);
        }
        self.rule(name).map(Value::Text)
    }

    fn thing(&mut self, kind: usize) -> Option<Value> {
        let facts = self.facts;
        let members = &facts.lexicon.kinds.get(kind)?.members;
        self.among(members).map(Value::Thing)
    }

    fn among<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len())).copied()
    }

    fn below(&mut self, n: usize) -> usize {
        self.random.below(u32::try_from(n).unwrap_or(u32::MAX)) as usize
    }
}
