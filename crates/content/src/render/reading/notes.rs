//! Notes: written anywhere, numbered in the order of their first marks, shown at the end.

use super::{Node, Placed};
use crate::{
    render::anchors::{Anchors, part},
    slug::fold,
};
use pulldown_cmark::CowStr;
use std::{collections::BTreeMap, mem, ops::Range};

/// The notes of an article. Names are compared as the parser does, without regard to case.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// Name → its place in `defined`.
    definitions: BTreeMap<String, u32>,
    defined: Vec<Definition<'a>>,
    /// Name → its place in `marked`.
    numbers: BTreeMap<String, u32>,
    marked: Vec<Marked>,
}

/// What the author wrote for a note.
struct Definition<'a> {
    name: CowStr<'a>,
    nodes: Vec<Placed<'a>>,
    range: Range<usize>,
    is_used: bool,
}

/// A note that a mark refers to.
struct Marked {
    key: String,
    id: String,
    n_marks: u32,
}

impl<'a> Notes<'a> {
    /// The first definition of a name counts.
    pub(super) fn define(&mut self, name: CowStr<'a>, nodes: Vec<Placed<'a>>, range: Range<usize>) {
        self.definitions.entry(fold(&name)).or_insert(count(&self.defined));
        self.defined.push(Definition { name, nodes, range, is_used: false });
    }

    /// A mark that refers to a note.
    pub(super) fn refer(&mut self, name: &str, anchors: &mut Anchors) -> Node<'a> {
        let key = fold(name);
        let marked_idx = match self.numbers.get(&key) {
            Some(idx) => *idx,
            None => {
                let idx = count(&self.marked);
                let id = anchors.unique(["fn-", &part(name)].concat(), '-').split_off("fn-".len());
                self.marked.push(Marked { key: key.clone(), id, n_marks: 0 });
                self.numbers.insert(key, idx);
                idx
            }
        };
        match self.marked.get_mut(marked_idx as usize) {
            Some(note) => {
                note.n_marks += 1;
                Node::Reference { number: marked_idx + 1, id: note.id.clone(), nth: note.n_marks }
            }
            None => Node::SoftBreak,
        }
    }

    /// The id and the content of a note, which is taken out.
    pub(super) fn take(&mut self, marked_idx: usize) -> Option<(String, Vec<Placed<'a>>)> {
        let note = self.marked.get(marked_idx)?;
        let definition_idx = self.definitions.get(&note.key).map_or(usize::MAX, |idx| *idx as usize);
        let nodes = self.defined.get_mut(definition_idx).map(|definition| {
            definition.is_used = true;
            mem::take(&mut definition.nodes)
        });
        Some((note.id.clone(), nodes.unwrap_or_default()))
    }

    /// Name and place of what was never shown.
    pub(super) fn unused(self) -> Vec<(String, Range<usize>)> {
        let unused = self.defined.into_iter().filter(|definition| !definition.is_used);
        unused.map(|definition| (definition.name.into_string(), definition.range)).collect()
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX - 1)
}
