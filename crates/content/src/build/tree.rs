//! How a browser reads markup: html5ever's tree, flattened so that two readings can be compared.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// One step through a tree, depth first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An element begins.
    Open {
        /// `html`, `svg`, `math` or the address of another namespace.
        space: String,
        /// Its name, as the browser spells it.
        name: String,
        /// Attributes by name.
        attributes: BTreeMap<String, String>,
    },
    /// Text; never empty, never two in a row.
    Text(String),
    /// What is neither element nor text.
    Other(&'static str),
    /// The element that began last and is still open ends.
    Close,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Open { name, attributes, .. } => {
                write!(f, "<{name}")?;
                attributes.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))?;
                f.write_str(">")
            }
            Step::Text(text) => write!(f, "{text:?}"),
            Step::Other(kind) => write!(f, "a {kind}"),
            Step::Close => f.write_str("the end of an element"),
        }
    }
}

/// Reads markup as a browser does that inserts it into a `<div>`.
pub(crate) fn as_browser(html: &str) -> Vec<Step> {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let sink = Sink { nodes: RefCell::new(vec![Node::new(Data::Root)]) };
    html5ever::parse_fragment(sink, ParseOpts::default(), context, Vec::new(), false).one(html)
}

enum Data {
    Root,
    Element { name: Rc<QualName>, attributes: BTreeMap<String, String> },
    Text(String),
    Other(&'static str),
}

struct Node {
    parent: Option<usize>,
    children: Vec<usize>,
    data: Data,
}

impl Node {
    fn new(data: Data) -> Self {
        Node { parent: None, children: Vec::new(), data }
    }
}

/// Index of a node; an element's handle carries its name, which the parser asks for all the time.
#[derive(Clone)]
struct Handle {
    node: usize,
    name: Rc<QualName>,
}

/// Nodes in the order of their making; the first is the document.
struct Sink {
    nodes: RefCell<Vec<Node>>,
}

impl Sink {
    fn add(&self, data: Data) -> Handle {
        let name = match &data {
            Data::Element { name, .. } => Rc::clone(name),
            _ => Rc::new(QualName::new(None, ns!(), LocalName::from(""))),
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node::new(data));
        Handle { node: nodes.len() - 1, name }
    }

    /// Puts a child into `parent` at `index`, text joined to the text before it.
    fn insert(&self, parent: usize, index: usize, child: NodeOrText<Handle>) {
        let child = match child {
            NodeOrText::AppendNode(handle) => handle.node,
            NodeOrText::AppendText(text) => {
                let before = index.checked_sub(1).and_then(|at| self.nodes.borrow()[parent].children.get(at).copied());
                if let Some(before) = before
                    && let Data::Text(existing) = &mut self.nodes.borrow_mut()[before].data
                {
                    existing.push_str(&text);
                    return;
                }
                self.add(Data::Text(text.to_string())).node
            }
        };
        self.detach(child);
        let mut nodes = self.nodes.borrow_mut();
        nodes[child].parent = Some(parent);
        let index = index.min(nodes[parent].children.len());
        nodes[parent].children.insert(index, child);
    }

    fn detach(&self, node: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[node].parent.take() {
            nodes[parent].children.retain(|child| *child != node);
        }
    }

    fn place(&self, node: usize) -> Option<(usize, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes[node].parent?;
        let index = nodes[parent].children.iter().position(|child| *child == node)?;
        Some((parent, index))
    }
}

fn by_name(attributes: Vec<Attribute>) -> BTreeMap<String, String> {
    attributes.into_iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect()
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Vec<Step>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Vec<Step> {
        let nodes = self.nodes.into_inner();
        // The document's only element is the fragment's root; its children are what was parsed.
        let top: &[usize] = nodes[0].children.first().map_or(&[], |root| &nodes[*root].children);
        let mut steps = Vec::new();
        let mut pending: Vec<Option<usize>> = top.iter().rev().map(|node| Some(*node)).collect();
        while let Some(next) = pending.pop() {
            let Some(node) = next.and_then(|node| nodes.get(node)) else {
                steps.push(Step::Close);
                continue;
            };
            match &node.data {
                Data::Element { name, attributes } => {
                    let space = if name.ns == ns!(html) {
                        "html"
                    } else if name.ns == ns!(svg) {
                        "svg"
                    } else if name.ns == ns!(mathml) {
                        "math"
                    } else {
                        &*name.ns
                    };
                    steps.push(Step::Open {
                        space: space.to_owned(),
                        name: name.local.to_string(),
                        attributes: attributes.clone(),
                    });
                    pending.push(None);
                    pending.extend(node.children.iter().rev().map(|child| Some(*child)));
                }
                Data::Text(text) if text.is_empty() => {}
                Data::Text(text) => steps.push(Step::Text(text.clone())),
                Data::Other(kind) => steps.push(Step::Other(kind)),
                Data::Root => steps.push(Step::Other("document")),
            }
        }
        steps
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> Handle {
        Handle { node: 0, name: Rc::new(QualName::new(None, ns!(), LocalName::from(""))) }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.node == y.node
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        self.add(Data::Element { name: Rc::new(name), attributes: by_name(attributes) })
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.add(Data::Other("comment"))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.add(Data::Other("processing instruction"))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let end = self.nodes.borrow()[parent.node].children.len();
        self.insert(parent.node, end, child);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(handle) = &child {
            self.detach(handle.node);
        }
        if let Some((parent, index)) = self.place(sibling.node) {
            self.insert(parent, index, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        match self.place(element.node) {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's contents count as its children: no other document is needed for a comparison.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn add_attrs_if_missing(&self, target: &Handle, more: Vec<Attribute>) {
        if let Data::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.node].data {
            for (name, value) in by_name(more) {
                attributes.entry(name).or_insert(value);
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.node);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[node.node].children);
        let mut nodes = self.nodes.borrow_mut();
        for child in children {
            nodes[child].parent = Some(new_parent.node);
            nodes[new_parent.node].children.push(child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::as_browser;

    /// The tree as an outline; `.` is the end of an element.
    fn check(html: &str, expected: &str) {
        let steps: Vec<String> = as_browser(html).iter().map(ToString::to_string).collect();
        assert_eq!(steps.join(" ").replace("the end of an element", "."), expected, "{html}");
    }

    /// Expected trees from the WHATWG HTML standard, §13.2.6 "Tree construction" and its §13.2.10 examples.
    #[test]
    fn trees_are_those_of_browsers() {
        check("", "");
        check("a<b>c</b>&amp;", r#""a" <b> "c" . "&""#);
        check("<p>1<b>2<i>3</b>4</i>5</p>", r#"<p> "1" <b> "2" <i> "3" . . <i> "4" . "5" ."#);
        check("<p>a<div>b</div></p>", r#"<p> "a" . <div> "b" . <p> ."#);
        check(
            "<table><b><tr><td>aaa</td></tr>bbb</table>ccc",
            r#"<b> . <b> "bbb" . <table> <tbody> <tr> <td> "aaa" . . . . <b> "ccc" ."#,
        );
        check("<SVG viewbox=0><clippath/><TITLE>x</title></svg>", r#"<svg viewBox="0"> <clipPath> . <title> "x" . ."#);
        check("<!-- c --><script>a<b</script>", r#"a comment <script> "a<b" ."#);
    }
}
