//! Links, images and figures, formulas.

use super::{Paragraph, Writer, id_of};
use crate::{
    render::{
        escape::{address, attribute, escape},
        reading::Numbered,
        target::{Target, target},
        terms::first,
    },
    sidecar::{Image, math_key},
};
use std::ops::Range;

impl<const DRESSED: bool> Writer<'_, DRESSED> {
    pub(super) fn open_inline(&mut self, tag: &str) {
        self.flow();
        self.n_inlines += 1;
        self.out.push_str(tag);
    }

    pub(super) fn close_inline(&mut self, tag: &str) {
        self.n_inlines = self.n_inlines.saturating_sub(1);
        self.out.push_str(tag);
    }

    pub(super) fn open_link(&mut self, dest: &str, title: &str) {
        self.flow();
        self.n_inlines += 1;
        let url = self.resolve(dest);
        self.links.push(url.is_some());
        let Some((url, external)) = url else { return };
        self.left_out(|writer| {
            writer.put(&["<a href=\"", &url, "\""]);
            if !title.is_empty() {
                attribute(&mut writer.out, "title", title);
            }
            writer.out.push_str(if external { " class=\"ext\" rel=\"external\">" } else { ">" });
        });
    }

    pub(super) fn close_link(&mut self) {
        self.n_inlines = self.n_inlines.saturating_sub(1);
        if self.links.pop() == Some(true) {
            self.left_out(|writer| writer.out.push_str("</a>"));
        }
    }

    /// The address for an attribute, and whether it leads to another site; nothing if it is refused.
    fn resolve(&self, dest: &str) -> Option<(String, bool)> {
        let mut url = String::new();
        if !DRESSED {
            address(&mut url, dest);
            return Some((url, false));
        }
        let mut external = false;
        match target(dest, self.place.slug) {
            Target::Refused => return None,
            Target::External(dest) => {
                external = true;
                address(&mut url, dest);
            }
            Target::Contact(dest) => address(&mut url, dest),
            Target::Fragment(_) => address(&mut url, dest),
            Target::Local { path, suffix } => {
                for part in [self.place.base, &path, suffix] {
                    address(&mut url, part);
                }
            }
        }
        Some((url, external))
    }

    pub(super) fn image(&mut self, dest: &str, title: &str, alt: &str, figure: Option<String>) {
        let id = figure.filter(|_| DRESSED && self.paragraph == Paragraph::Fresh);
        let Some(id) = id else {
            self.flow();
            return self.left_out(|writer| writer.img(dest, title, alt));
        };
        self.open_block("<figure class=\"fig\"");
        attribute(&mut self.out, "id", &id);
        self.out.push('>');
        match self.resolved.images.get(dest) {
            Some(Image::Drawing { wide, narrow }) => {
                self.out.push_str("<div class=\"stage\" role=\"img\"");
                attribute(&mut self.out, "aria-label", alt);
                self.put(&[">", wide, narrow.as_deref().unwrap_or_default(), "</div>"]);
            }
            // A picture that the column made smaller can be opened at its own size, without a script too.
            _ => match self.resolve(dest) {
                Some((url, _)) => {
                    self.put(&["<a class=\"enlarge\" href=\"", &url, "\">"]);
                    self.img(dest, "", alt);
                    self.out.push_str("</a>");
                }
                None => self.img(dest, "", alt),
            },
        }
        self.paragraph = Paragraph::Figure(title.to_owned());
    }

    fn img(&mut self, dest: &str, title: &str, alt: &str) {
        let Some((url, _)) = self.resolve(dest) else {
            return escape(&mut self.out, alt, !DRESSED);
        };
        self.put(&["<img src=\"", &url, "\""]);
        attribute(&mut self.out, "alt", alt);
        if !title.is_empty() {
            attribute(&mut self.out, "title", title);
        }
        if DRESSED {
            if let Some(Image::Bitmap(width, height)) = self.resolved.images.get(dest) {
                attribute(&mut self.out, "width", &width.to_string());
                attribute(&mut self.out, "height", &height.to_string());
            }
            self.out.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        self.out.push_str(" />");
    }

    /// The formula's markup, or its source if the build knew nothing of it.
    pub(super) fn math(&mut self, tex: &str, display: bool) {
        match self.resolved.math.get(&math_key(tex, display)) {
            Some(markup) => self.out.push_str(markup),
            None => {
                self.out.push_str("<code class=\"math-source\">");
                escape(&mut self.out, tex.trim(), false);
                self.out.push_str("</code>");
            }
        }
    }

    /// A formula on a line of its own: a block between paragraphs. Inside a heading or emphasis no
    /// block may stand, so there it is only its markup.
    pub(super) fn display_math(&mut self, tex: &str, fenced: bool, number: Option<Numbered>) {
        if !fenced && (self.n_inlines > 0 || self.heading.is_some()) {
            self.flow();
            return self.math(tex, true);
        }
        match self.paragraph {
            Paragraph::Fresh | Paragraph::Open | Paragraph::Resumed => {
                self.interrupt();
                self.paragraph = Paragraph::Resumed;
            }
            Paragraph::None | Paragraph::Figure(_) | Paragraph::Caption => self.flow(),
        }
        self.open_block("<div class=\"eq\"");
        if let Some(Numbered { id, .. }) = number.as_ref().filter(|_| DRESSED) {
            attribute(&mut self.out, "id", id);
        }
        self.region("Formula".to_owned());
        self.out.push('>');
        self.math(tex, true);
        if let Some(Numbered { number, .. }) = number.filter(|_| DRESSED) {
            self.put(&["<span class=\"tag\">(", &number.to_string(), ")</span>"]);
        }
        self.out.push_str("</div>\n");
    }

    /// A line may break on either side of a formula. What clings to one, a bracket before it or a stop behind it,
    /// stays on its line; the rest of the text is given back.
    fn cling<'t>(&mut self, text: &'t str) -> &'t str {
        let Range { mut start, end } = self.formula;
        if !DRESSED || start == end || end != self.out.len() {
            return text;
        }
        let is_apart = |c| !matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '’' | '”' | '-');
        let (behind, rest) = text.split_at(text.find(is_apart).unwrap_or(text.len()));
        if self.out[..start].ends_with('(') {
            start -= 1;
        } else if behind.is_empty() {
            return text;
        }
        self.out.insert_str(start, "<span class=\"nb\">");
        self.put(&[behind, "</span>"]);
        rest
    }

    /// Words of prose; the first use of a term leads to the glossary.
    pub(super) fn words(&mut self, text: &str) {
        // Most texts have none, which a search for one byte tells sooner than one for two.
        let dressed = (DRESSED && text.contains('%')).then(|| text.replace(" %", "\u{a0}%"));
        let text = dressed.as_deref().unwrap_or(text);
        let mut rest = self.cling(text);
        if DRESSED && self.paragraph == Paragraph::Open && self.links.is_empty() && self.caption.is_none() {
            let resolved = self.resolved;
            loop {
                let is_new =
                    |form: &&str| resolved.terms.get(*form).is_some_and(|term| !self.explained.contains(&term.id));
                let forms = resolved.terms.keys().map(String::as_str).filter(is_new);
                let Some((at, form)) = first(rest, forms) else { break };
                let Some(term) = resolved.terms.get(form) else { break };
                let end = at + form.len();
                escape(&mut self.out, &rest[..at], false);
                self.put(&["<a class=\"term\" href=\"", self.place.base, "/glossary/#", &term.id, "\""]);
                attribute(&mut self.out, "data-means", &term.definition);
                self.out.push('>');
                escape(&mut self.out, &rest[at..end], false);
                self.out.push_str("</a>");
                self.explained.push(term.id.clone());
                rest = &rest[end..];
            }
        }
        escape(&mut self.out, rest, !DRESSED);
    }

    /// What the build made of a citation or reference, or its source if it knew nothing of it.
    pub(super) fn token(&mut self, token: &str) {
        match self.resolved.tokens.get(token).filter(|_| DRESSED) {
            Some(markup) => {
                self.flow();
                self.left_out(|writer| writer.out.push_str(markup));
            }
            None => self.text(token),
        }
    }

    /// A label is no text: formulas and figures know theirs already, tables take it from here.
    pub(super) fn label(&mut self, name: &str) {
        if !DRESSED {
            return self.text(&["{#", name, "}"].concat());
        }
        // The blank before it belongs to it.
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if name.starts_with("tbl:") {
            self.table_id = Some(id_of(name));
        }
    }
}
