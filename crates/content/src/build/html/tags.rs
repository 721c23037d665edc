//! Token by token through a chunk of raw HTML.

use super::allow::{self, Content, Element};
use super::{Checker, Open, start_tag, values};
use crate::build::codes;
use crate::build::diagnostic::did_you_mean;
use crate::build::escape;
use crate::build::place::Place;
use crate::build::tree::Step;
use html5gum::emitters::default::{DefaultEmitter, EndTag, StartTag, Token};
use html5gum::{HtmlString, Span, Tokenizer};
use std::collections::BTreeMap;
use std::ops::Range;

type Start = StartTag<usize>;

/// Elements within each other, Markdown's counted; far from what a browser bears (512).
const MAX_DEPTH: usize = 100;

impl Checker<'_, '_> {
    /// What stands for `markup`, which stands in the file at `place`.
    pub(super) fn tokens(&mut self, markup: &str, place: &Place) -> String {
        let mut emitter = DefaultEmitter::new_with_span();
        // The contents of `<script>` and its like are no markup, and must not be told as such.
        emitter.naively_switch_states(true);
        let mut out = String::new();
        for token in Tokenizer::new_with_emitter(markup, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => self.start(&tag, place, &mut out),
                Token::EndTag(tag) => self.end(&tag, place, &mut out),
                Token::String(text) => self.text(&decode(&text.value), place.span(bytes(text.span)), &mut out),
                Token::Comment(_) => {}
                Token::Doctype(doctype) => {
                    self.error(
                        codes::HTML_SYNTAX,
                        place.span(bytes(doctype.span)),
                        "a DOCTYPE may not stand in an article".into(),
                        None,
                    );
                }
                Token::Error(error) if !self.is_refused() => {
                    let name = error.value.as_str().replace('-', " ");
                    let help = match name.as_str() {
                        "eof in tag" => Some("the tag does not end before the blank line or the end of its paragraph"),
                        _ if name.contains("reference") => Some("in text, write `&amp;` for `&`"),
                        _ if name.contains("tag name") => Some("in text, write `&lt;` for `<`"),
                        _ => None,
                    };
                    let message = format!("malformed HTML: {name}");
                    self.error(codes::HTML_SYNTAX, place.span(bytes(error.span)), message, help.map(str::to_owned));
                }
                Token::Error(_) => {}
            }
        }
        out
    }

    /// Whether the place is inside an element that is not allowed, of which one word is enough.
    fn is_refused(&self) -> bool {
        self.article.open.iter().any(|open| matches!(open, Open::Raw { element: None, .. }))
    }

    fn start(&mut self, tag: &Start, place: &Place, out: &mut String) {
        let name = decode(&tag.name);
        let range = place.span(bytes(tag.span));
        let refused = self.is_refused();
        let element = allow::element(&name).filter(|_| !refused);
        if element.is_none() && !refused {
            let help = allow::instead(&name)
                .map(str::to_owned)
                .or_else(|| did_you_mean(&name, allow::ELEMENTS.iter().map(|one| one.name)));
            self.error(
                codes::HTML_ELEMENT,
                range.clone(),
                format!("the element `<{name}>` is not allowed in raw HTML"),
                help,
            );
        }
        let Some(element) = element else {
            if allow::is_void(&name) || tag.self_closing {
                return;
            }
            if self.article.open.len() > 2 * MAX_DEPTH {
                self.article.n_dropped += 1;
                return;
            }
            return self.article.open.push(Open::Raw { name, element: None, range });
        };
        if self.article.open.len() >= MAX_DEPTH {
            self.error(
                codes::HTML_NESTING,
                range.clone(),
                format!("raw HTML is more than {MAX_DEPTH} elements deep"),
                None,
            );
            return self.article.open.push(Open::Raw { name, element: None, range });
        }
        self.check_nesting(element, &range);
        let attributes = self.attributes(tag, element, place);
        if tag.self_closing && element.content != Content::Void {
            let help = format!("write `<{name}></{name}>`");
            self.error(codes::HTML_SYNTAX, range.clone(), format!("`<{name}/>` does not close itself"), Some(help));
        }
        out.push_str(&start_tag(&name, &attributes));
        let offset = range.start;
        self.open(Open::Raw { name: name.clone(), element: Some(element), range }, &name, attributes, offset);
        if element.content == Content::Void {
            self.article.open.pop();
            self.article.tree.push(Step::Close);
        }
    }

    /// Whether the element may stand where it stands, as the content models of HTML have it.
    fn check_nesting(&mut self, element: &Element, range: &Range<usize>) {
        let name = element.name;
        if name == "a" && self.article.open.iter().any(|open| open.element().is_some_and(|outer| outer.name == "a")) {
            return self.error(codes::HTML_NESTING, range.clone(), "a link may not stand in a link".into(), None);
        }
        let parent = self.article.open.last();
        let is_child =
            parent.is_some_and(|parent| parent.element().is_some_and(|parent| element.parents.contains(&parent.name)));
        if !element.parents.is_empty() && !is_child {
            let parents: Vec<String> = element.parents.iter().map(|parent| format!("`<{parent}>`")).collect();
            let message = format!("`<{name}>` may only stand in {}", parents.join(" or "));
            return self.error(codes::HTML_NESTING, range.clone(), message, None);
        }
        let Some((parent, content)) = parent.and_then(|parent| Some((parent, parent.element()?.content))) else {
            return;
        };
        let help = match content {
            Content::Phrasing if element.is_phrasing => return,
            Content::Phrasing => match parent {
                Open::Markdown(_) => Some("put it on a line of its own, with a blank line before it".to_owned()),
                Open::Raw { .. } => None,
            },
            Content::Only(children) if children.contains(&name) => return,
            Content::Only(children) => {
                let children: Vec<String> = children.iter().map(|child| format!("`<{child}>`")).collect();
                Some(format!("it holds only {}", children.join(", ")))
            }
            Content::Flow | Content::Void => return,
        };
        let message = format!("`<{name}>` may not stand in {}", parent.shown());
        self.error(codes::HTML_NESTING, range.clone(), message, help);
    }

    fn attributes(&mut self, tag: &Start, element: &Element, place: &Place) -> BTreeMap<String, String> {
        let mut written = BTreeMap::new();
        let mut in_order: Vec<_> = tag.attributes.iter().collect();
        in_order.sort_by_key(|(_, value)| value.span.start);
        for (name, value) in in_order {
            let (name, range, value) = (decode(name), place.span(bytes(value.span)), decode(&value.value));
            let is_aria = name
                .strip_prefix("aria-")
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase()));
            if !is_aria && !element.attributes.contains(&name.as_str()) && !allow::ATTRIBUTES.contains(&name.as_str()) {
                let names = element.attributes.iter().chain(allow::ATTRIBUTES).copied();
                let help = allow::instead_of_attribute(&name).map(str::to_owned).or_else(|| did_you_mean(&name, names));
                self.error(
                    codes::HTML_ATTRIBUTE,
                    range,
                    format!("the attribute `{name}` is not allowed on `<{}>`", element.name),
                    help,
                );
                continue;
            }
            if let Some(fault) = values::fault(&name, &value) {
                let code = if name == "href" { codes::HTML_URL } else { codes::HTML_ATTRIBUTE };
                self.error(code, range, format!("`{name}=\"{value}\"` {fault}"), None);
                continue;
            }
            match name.as_str() {
                "id" => self.html.ids.push((value.clone(), range)),
                "href" => self.html.links.push((value.clone(), range)),
                _ => {}
            }
            written.insert(name, value);
        }
        written
    }

    fn end(&mut self, tag: &EndTag<usize>, place: &Place, out: &mut String) {
        let name = decode(&tag.name);
        if self.article.n_dropped > 0 {
            self.article.n_dropped -= 1;
            return;
        }
        let range = place.span(bytes(tag.span));
        let is_it = |open: &Open| matches!(open, Open::Raw { name: opened, .. } if *opened == name);
        // Tags cannot reach over what Markdown has opened.
        let inner = self.article.open.iter().rposition(|open| matches!(open, Open::Markdown(_))).map_or(0, |at| at + 1);
        let Some(depth) = self.article.open.iter().skip(inner).rposition(is_it) else {
            if self.is_refused() {
                return;
            }
            let (message, help) = if allow::is_void(&name) {
                (format!("`<{name}>` has no end tag"), Some(format!("delete `</{name}>`")))
            } else if allow::element(&name).is_none() {
                (format!("the element `<{name}>` is not allowed in raw HTML"), allow::instead(&name).map(str::to_owned))
            } else if self.article.open.iter().any(is_it) {
                let holder = self.article.open.last().map_or_else(String::new, Open::shown);
                (
                    format!("`</{name}>` closes nothing in {holder}"),
                    Some("put it on a line of its own, with blank lines around".to_owned()),
                )
            } else {
                (format!("`</{name}>` closes nothing"), None)
            };
            let code = if allow::any_element(&name).is_none() { codes::HTML_ELEMENT } else { codes::HTML_BALANCE };
            return self.error(code, range, message, help);
        };
        while self.article.open.len() > inner + depth + 1 {
            if let Some(Open::Raw { name: crossed, element: Some(_), range }) = self.article.open.pop() {
                self.close(&crossed);
                let message = format!("`<{crossed}>` is not closed before `</{name}>`");
                self.error(codes::HTML_BALANCE, range, message, Some(format!("add `</{crossed}>` before it")));
            }
        }
        if let Some(Open::Raw { element: Some(_), .. }) = self.article.open.pop() {
            out.push_str(&format!("</{name}>"));
            self.close(&name);
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>, out: &mut String) {
        if self.is_refused() || text.is_empty() {
            return;
        }
        if let Some(Open::Raw { name, element: Some(Element { content: Content::Only(_), .. }), .. }) =
            self.article.open.last()
            && !text.trim().is_empty()
        {
            let message = format!("text may not stand in `<{name}>`");
            self.error(codes::HTML_NESTING, range, message, None);
        }
        let written = escape::text(text);
        out.push_str(&written);
        self.article.skeleton.push_str(&written);
        match self.article.tree.last_mut() {
            Some(Step::Text(before)) => before.push_str(text),
            _ => self.article.tree.push(Step::Text(text.to_owned())),
        }
    }

    fn error(&mut self, code: &'static str, span: Range<usize>, message: String, help: Option<String>) {
        self.found.push(self.source.error(code, span, message).with_help_if(help));
    }
}

fn bytes(span: Span<usize>) -> Range<usize> {
    span.start..span.end.max(span.start)
}

fn decode(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}
