//! From the drawing's XML to inline SVG, element by element.

use super::references::{self, References};
use super::{Attributes, Drawing, MAX_DEPTH, allow};
use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source, did_you_mean};
use crate::build::tree::Step;
use roxmltree::{Attribute, Node};

const SVG: &str = "http://www.w3.org/2000/svg";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Writes markup and, beside it, the tree that a browser must make of it.
pub(super) struct Writer<'w, 's> {
    source: &'w Source<'s>,
    references: &'w References<'w>,
    drawing: Drawing<'w>,
    pub(super) out: String,
    pub(super) tree: Vec<Step>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'w, 's> Writer<'w, 's> {
    pub(super) fn new(source: &'w Source<'s>, references: &'w References<'w>, drawing: Drawing<'w>) -> Self {
        Writer { source, references, drawing, out: String::new(), tree: Vec::new(), found: Vec::new() }
    }

    pub(super) fn root(&mut self, root: Node<'_, '_>) {
        for node in root.document().root().children().filter(Node::is_pi) {
            self.error(codes::SVG_SYNTAX, node, "a drawing may not have processing instructions".to_owned());
        }
        let name = root.tag_name();
        if name.name() != "svg" || name.namespace() != Some(SVG) {
            self.error(codes::SVG_ELEMENT, root, "the root element is not `<svg>` of SVG's namespace".to_owned());
            self.help(format!("begin with `<svg xmlns=\"{SVG}\" …>`"));
            return;
        }
        self.check_view_box(root);
        match self.drawing {
            Drawing::Plate { .. } => self.check_plate(root),
            Drawing::Wide { .. } | Drawing::Narrow { .. } => self.check_title(root),
        }
        self.element(root, 0);
    }

    /// The page gives the drawing its width, so its proportions must come from the view box.
    fn check_view_box(&mut self, root: Node<'_, '_>) {
        let Some(view_box) = references::attribute(root, "viewBox") else {
            self.error(codes::SVG_ATTRIBUTE, root, "the drawing has no `viewBox`".to_owned());
            self.help("add `viewBox=\"0 0 672 360\"` with its width and height");
            return;
        };
        let numbers: Vec<f64> = view_box
            .value()
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .map_while(|part| part.parse().ok())
            .collect();
        let count = view_box.value().split([' ', ',']).filter(|part| !part.is_empty()).count();
        if count != 4
            || numbers.len() != 4
            || numbers.iter().any(|n| !n.is_finite())
            || numbers[2] <= 0.0
            || numbers[3] <= 0.0
        {
            let message = format!("`viewBox` must be four numbers, the last two above 0, found `{}`", view_box.value());
            self.attribute_error(codes::SVG_ATTRIBUTE, &view_box, message);
        }
    }

    fn check_title(&mut self, root: Node<'_, '_>) {
        let title = root.children().find(|child| child.is_element() && child.tag_name().name() == "title");
        if title.and_then(|title| title.text()).is_none_or(|text| text.trim().is_empty()) {
            self.error(codes::SVG_TITLE, root, "the drawing has no `<title>`".to_owned());
            self.help("begin it with `<title>what it shows</title>`");
        }
    }

    fn check_plate(&mut self, root: Node<'_, '_>) {
        if !references::attribute(root, "class")
            .is_some_and(|class| class.value().split_ascii_whitespace().any(|word| word == "plate"))
        {
            self.error(codes::SVG_PLATE, root, "the plate has no `class=\"plate\"`".to_owned());
        }
        if references::attribute(root, "aria-hidden").is_none_or(|hidden| hidden.value() != "true") {
            self.error(codes::SVG_PLATE, root, "the plate has no `aria-hidden=\"true\"`".to_owned());
            self.help("the title beside it says it already");
        }
    }

    fn element(&mut self, node: Node<'_, '_>, depth: usize) {
        let name = node.tag_name().name();
        match node.tag_name().namespace() {
            Some(SVG) => {}
            Some(space) if allow::EDITORS.contains(&space) => return,
            Some(_) | None => return self.refuse(node, name),
        }
        if name == "metadata" {
            return;
        }
        let Some(known) = allow::attributes_of(name) else { return self.refuse(node, name) };
        if name == "svg" && depth > 0 {
            self.error(codes::SVG_ELEMENT, node, "`<svg>` may not stand in another".to_owned());
            return self.help("use `<g transform=…>` or `<symbol>`");
        }
        if depth > MAX_DEPTH {
            return self.error(codes::SVG_ELEMENT, node, format!("the drawing is more than {MAX_DEPTH} elements deep"));
        }
        let known: Vec<&str> = known.collect();
        let attributes = self.attributes(node, name, &known);
        self.out.push_str(&format!("<{name}"));
        for (attribute, value) in &attributes {
            self.out.push_str(&format!(" {attribute}=\"{}\"", super::super::escape::attribute(value)));
        }
        self.tree.push(Step::Open {
            space: "svg".into(),
            name: name.to_owned(),
            attributes: attributes.into_iter().collect::<Attributes>(),
        });
        // Whether anything stood inside is known only after it was written.
        let (mark, steps) = (self.out.len(), self.tree.len());
        self.out.push('>');
        node.children().for_each(|child| self.child(name, child, depth));
        if self.tree.len() == steps {
            self.out.truncate(mark);
            self.out.push_str("/>");
        } else {
            self.out.push_str(&format!("</{name}>"));
        }
        self.tree.push(Step::Close);
    }

    fn child(&mut self, parent: &str, child: Node<'_, '_>, depth: usize) {
        if child.is_element() && matches!(parent, "title" | "desc") {
            self.error(codes::SVG_ELEMENT, child, format!("`<{parent}>` holds text only"));
        } else if child.is_element() {
            self.element(child, depth + 1);
        } else if child.is_pi() {
            self.error(codes::SVG_SYNTAX, child, "a drawing may not have processing instructions".to_owned());
        } else if let Some(text) = child.text().filter(|_| child.is_text()) {
            if allow::TEXT.contains(&parent) {
                self.text(text);
            } else if !text.trim().is_empty() {
                self.error(codes::SVG_ELEMENT, child, format!("text may not stand in `<{parent}>`"));
                self.help("write it in `<text>`");
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&super::super::escape::text(text));
        match self.tree.last_mut() {
            Some(Step::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.tree.push(Step::Text(text.to_owned())),
        }
    }

    /// The attributes to write, in the order of the file.
    fn attributes(&mut self, node: Node<'_, '_>, element: &str, known: &[&str]) -> Vec<(String, String)> {
        let is_root = element == "svg";
        let mut written: Vec<(String, String)> = Vec::new();
        for attribute in node.attributes() {
            let (space, name) = (attribute.namespace(), attribute.name());
            if space == Some(XML) || space.is_some_and(|space| allow::EDITORS.contains(&space)) {
                continue;
            }
            if references::is_xlink_href(space, name) && references::attribute(node, "href").is_some() {
                continue;
            }
            if space.is_none() && is_root && allow::DROPPED_OF_ROOT.contains(&name) {
                continue;
            }
            let is_known = (space.is_none() && (known.contains(&name) || is_aria(name)))
                || (references::is_xlink_href(space, name) && known.contains(&"href"));
            if !is_known {
                self.refuse_attribute(&attribute, element, known);
            } else if let Some(value) = self.value(name, &attribute) {
                written.push((name.to_owned(), value));
            }
        }
        if is_root {
            self.complete_root(&mut written);
        }
        written
    }

    fn complete_root(&self, written: &mut Vec<(String, String)>) {
        let width = match self.drawing {
            Drawing::Wide { .. } => "w",
            Drawing::Narrow { .. } => "n",
            Drawing::Plate { .. } => return,
        };
        match written.iter_mut().find(|(name, _)| name == "class") {
            Some((_, class)) => *class = format!("{} {width}", class.trim()),
            None => written.insert(0, ("class".into(), width.into())),
        }
        if !written.iter().any(|(name, _)| name == "role") {
            written.push(("role".into(), "img".into()));
        }
    }

    /// The value in the page, if it may stand there.
    fn value(&mut self, name: &str, attribute: &Attribute<'_, '_>) -> Option<String> {
        let value = attribute.value();
        if name == "id" {
            return self.references.in_page(value);
        }
        if name == "href" {
            return match value.strip_prefix('#') {
                Some(id) => self.reference(id, attribute).map(|id| format!("#{id}")),
                None => {
                    self.attribute_error(
                        codes::SVG_REFERENCE,
                        attribute,
                        format!("the reference `{value}` leads out of the drawing"),
                    );
                    self.help("refer to an id of the same file: `#id`");
                    None
                }
            };
        }
        if allow::ID_LISTS.contains(&name) {
            let ids: Option<Vec<String>> =
                value.split_ascii_whitespace().map(|id| self.reference(id, attribute)).collect();
            return ids.map(|ids| ids.join(" "));
        }
        if allow::PROSE.contains(&name) {
            return Some(value.to_owned());
        }
        if value.to_ascii_lowercase().contains("url") {
            let id = value.trim().strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
            return match id.filter(|_| allow::REFERENCES.contains(&name)) {
                Some(id) => self.reference(id, attribute).map(|id| format!("url(#{id})")),
                None => {
                    self.attribute_error(codes::SVG_REFERENCE, attribute, format!("`{name}` may not be `{value}`"));
                    self.help("a reference is `url(#id)` with an id of the same file");
                    None
                }
            };
        }
        if !allow::plain(value) {
            self.attribute_error(codes::SVG_ATTRIBUTE, attribute, format!("`{name}` may not be `{value}`"));
            return None;
        }
        if allow::COLOURS.contains(&name) && !allow::THEME_COLOURS.contains(&value.trim()) {
            let message = format!("the colour `{value}` does not follow the theme");
            self.found.push(
                self.source
                    .warning(codes::SVG_COLOUR, attribute.range(), message)
                    .with_help("use a class of the site's style sheet"),
            );
        }
        Some(value.to_owned())
    }

    fn reference(&mut self, id: &str, attribute: &Attribute<'_, '_>) -> Option<String> {
        let in_page = self.references.in_page(id);
        if in_page.is_none() {
            self.attribute_error(codes::SVG_REFERENCE, attribute, format!("the drawing has no id `{id}`"));
            let help = did_you_mean(id, self.references.ids());
            self.help_if(help);
        }
        in_page
    }

    fn refuse(&mut self, node: Node<'_, '_>, name: &str) {
        self.error(codes::SVG_ELEMENT, node, format!("the element `<{name}>` is not allowed in a drawing"));
        let help = allow::instead(name).map(str::to_owned);
        self.help_if(help.or_else(|| did_you_mean(name, allow::ELEMENTS.iter().map(|(name, _)| *name))));
    }

    fn refuse_attribute(&mut self, attribute: &Attribute<'_, '_>, element: &str, known: &[&str]) {
        let name = attribute.name();
        self.attribute_error(
            codes::SVG_ATTRIBUTE,
            attribute,
            format!("the attribute `{name}` is not allowed on `<{element}>`"),
        );
        let lower = name.to_ascii_lowercase();
        let help = match lower.as_str() {
            "style" => Some("use a class of the site's style sheet, or attributes such as `stroke-width`".to_owned()),
            "font-family" => Some("the site's style sheet sets the typeface".to_owned()),
            _ if lower.starts_with("on") => Some("articles run no scripts".to_owned()),
            _ => did_you_mean(name, known.iter().copied()),
        };
        self.help_if(help);
    }

    fn error(&mut self, code: &'static str, node: Node<'_, '_>, message: String) {
        // Of an element, the tag's name is enough to point at.
        let start = node.range().start;
        let end = if node.is_element() {
            (start + 1 + node.tag_name().name().len()).min(node.range().end)
        } else {
            node.range().end
        };
        self.found.push(self.source.error(code, start..end, message));
    }

    fn attribute_error(&mut self, code: &'static str, attribute: &Attribute<'_, '_>, message: String) {
        self.found.push(self.source.error(code, attribute.range(), message));
    }

    fn help(&mut self, help: impl Into<String>) {
        self.help_if(Some(help.into()));
    }

    /// Adds to what was found last.
    fn help_if(&mut self, help: Option<String>) {
        if let Some(last) = self.found.last_mut() {
            last.help = help;
        }
    }
}

fn is_aria(name: &str) -> bool {
    name.strip_prefix("aria-")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase()))
}
