//! The ids of a drawing and what refers to them.

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source};
use roxmltree::{Attribute, Document, Node, NodeId};
use std::collections::HashMap;

/// Elements that a browser would draw, `<use>` followed. A drawing beyond that is a mistake or an attack.
const MAX_DRAWN: usize = 20_000;

const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Which ids a drawing has, and what they are called in the page.
pub(super) struct References<'d> {
    ids: HashMap<&'d str, NodeId>,
    prefix: &'d str,
}

impl<'d> References<'d> {
    /// Finds the ids; tells doubled ones, bad ones, and `<use>` that never ends or grows too large.
    pub(super) fn collect(source: &Source<'_>, document: &'d Document<'d>, prefix: &'d str) -> (Self, Vec<Diagnostic>) {
        let mut references = References { ids: HashMap::new(), prefix };
        let mut found = Vec::new();
        for (node, id) in document.descendants().filter_map(|node| Some((node, attribute(node, "id")?))) {
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
            if id.value().is_empty() || !id.value().chars().all(plain) {
                let message = format!("`{}` cannot be an id", id.value());
                found.push(
                    source
                        .error(codes::SVG_ATTRIBUTE, id.range(), message)
                        .with_help("use letters, digits, `-` and `_`"),
                );
            } else if references.ids.insert(id.value(), node.id()).is_some() {
                found.push(source.error(
                    codes::DUPLICATE_ID,
                    id.range(),
                    format!("the id `{}` stands twice in the drawing", id.value()),
                ));
            }
        }
        let mut counter = Counter { document, references: &references, counts: HashMap::new() };
        match counter.drawn(document.root_element(), 0) {
            Ok(drawn) if drawn > MAX_DRAWN => {
                let message = format!("with `<use>` followed the drawing has {drawn} elements, more than {MAX_DRAWN}");
                found.push(source.error(codes::SVG_REFERENCE, document.root_element().range(), message));
            }
            Ok(_) => {}
            Err(node) => {
                found.push(source.error(codes::SVG_REFERENCE, node.range(), "the `<use>` draws itself without end"))
            }
        }
        (references, found)
    }

    /// The name in the page of one of the drawing's ids.
    pub(super) fn in_page(&self, id: &str) -> Option<String> {
        self.ids.contains_key(id).then(|| format!("{}-{id}", self.prefix))
    }

    /// All ids, for suggestions.
    pub(super) fn ids(&self) -> impl Iterator<Item = &'d str> {
        self.ids.keys().copied()
    }
}

/// An element's attribute that is in no namespace; roxmltree's own look-up by a bare name takes any.
pub(super) fn attribute<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Attribute<'a, 'i>> {
    node.attributes().find(|attribute| attribute.namespace().is_none() && attribute.name() == name)
}

/// An element's reference: `href`, or its older spelling `xlink:href`.
fn href<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    attribute(node, "href").map(|href| href.value()).or_else(|| node.attribute((XLINK, "href")))
}

/// Whether an attribute is `href` in its older spelling.
pub(super) fn is_xlink_href(space: Option<&str>, name: &str) -> bool {
    space == Some(XLINK) && name == "href"
}

struct Counter<'c, 'd> {
    document: &'d Document<'d>,
    references: &'c References<'d>,
    /// Of what `<use>` draws: how many elements; nothing while that is being found out.
    counts: HashMap<NodeId, Option<usize>>,
}

impl<'d> Counter<'_, 'd> {
    /// How many elements a browser draws for `node`.
    ///
    /// # Errors
    /// The `<use>` that leads back to where it stands.
    fn drawn(&mut self, node: Node<'d, 'd>, depth: usize) -> Result<usize, Node<'d, 'd>> {
        let mut sum = 1usize;
        if node.tag_name().name() == "use"
            && let Some(id) = href(node).and_then(|href| href.strip_prefix('#'))
            && let Some(target) = self.references.ids.get(id).and_then(|id| self.document.get_node(*id))
        {
            let count = match self.counts.get(&target.id()) {
                Some(Some(count)) => *count,
                Some(None) => return Err(node),
                None => {
                    self.counts.insert(target.id(), None);
                    let count = self.drawn(target, depth + 1)?;
                    self.counts.insert(target.id(), Some(count));
                    count
                }
            };
            sum = sum.saturating_add(count);
        }
        // Deeper trees are refused by the writer, so what they hold needs no counting.
        if depth < 2 * super::MAX_DEPTH {
            for child in node.children().filter(Node::is_element) {
                sum = sum.saturating_add(self.drawn(child, depth + 1)?);
            }
        }
        Ok(sum)
    }
}
