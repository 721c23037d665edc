//! Paragraphs, headings, tables, alerts, notes.

use super::{super::escape::attribute, OpenHeading, Paragraph, Table, Writer};
use crate::render::{Heading, escape::address, mark_id};
use pulldown_cmark::{Alignment, BlockQuoteKind, Tag};
use std::mem;

const CAPTION: &str = "Table: ";

impl<const DRESSED: bool> Writer<'_, DRESSED> {
    pub(super) fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.paragraph = Paragraph::Fresh;
                self.table_id = None;
            }
            Tag::BlockQuote(None) => self.open_block("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.open_alert(kind),
            Tag::List(None) => self.open_block("<ul>\n"),
            Tag::List(Some(1)) => self.open_block("<ol>\n"),
            Tag::List(Some(start)) => {
                self.open_block("<ol start=\"");
                self.put(&[&start.to_string(), "\">\n"]);
            }
            Tag::Item => self.open_block("<li>"),
            Tag::DefinitionList => self.open_block("<dl>\n"),
            Tag::DefinitionListTitle => self.open_block("<dt>"),
            Tag::DefinitionListDefinition => self.open_block("<dd>"),
            Tag::Table(alignments) => self.open_table(alignments),
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.column = 0;
                self.out.push_str("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.table.in_head = false;
                self.table.column = 0;
                if !mem::replace(&mut self.table.has_body, true) {
                    self.out.push_str("<tbody>\n");
                }
                self.out.push_str("<tr>\n");
            }
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.open_inline("<em>"),
            Tag::Strong => self.open_inline("<strong>"),
            Tag::Strikethrough => self.open_inline("<del>"),
            Tag::Superscript => self.open_inline("<sup>"),
            Tag::Subscript => self.open_inline("<sub>"),
            Tag::Link { dest_url, title, .. } => self.open_link(&dest_url, &title),
            // These have nodes of their own.
            Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::Image { .. }
            | Tag::FootnoteDefinition(_)
            | Tag::MetadataBlock(_) => {}
        }
    }

    pub(super) fn open_block(&mut self, tag: &str) {
        self.fresh_line();
        self.out.push_str(tag);
    }

    /// Opens what the next word or mark of the paragraph stands in.
    pub(super) fn flow(&mut self) {
        match self.paragraph {
            Paragraph::Fresh | Paragraph::Resumed => {
                self.open_block("<p>");
                self.paragraph = Paragraph::Open;
            }
            Paragraph::Figure(_) => {
                self.n_figures += 1;
                self.put(&["<figcaption><b>Figure ", &self.n_figures.to_string(), ".</b> "]);
                self.paragraph = Paragraph::Caption;
            }
            Paragraph::None | Paragraph::Open | Paragraph::Caption => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let mut text = text;
        if matches!(self.paragraph, Paragraph::Resumed | Paragraph::Figure(_)) {
            text = text.trim_start_matches([' ', '\t', '\n']);
            if text.is_empty() {
                return;
            }
        }
        let captions = DRESSED && self.paragraph == Paragraph::Fresh && text.starts_with(CAPTION);
        self.flow();
        if captions {
            let start = self.out.len();
            self.caption = Some(start..start);
        }
        self.words(text);
    }

    /// Closes what is open of the paragraph, so that a block may stand there.
    pub(super) fn interrupt(&mut self) {
        if self.paragraph == Paragraph::Open {
            self.out.truncate(self.out.trim_end_matches([' ', '\n']).len());
            self.out.push_str("</p>\n");
            self.caption = None;
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        match mem::take(&mut self.paragraph) {
            Paragraph::Open => {
                if let Some(caption) = self.caption.as_mut().filter(|caption| caption.start == caption.end) {
                    caption.end = self.out.len();
                }
                self.out.push_str("</p>\n");
            }
            Paragraph::Figure(title) => {
                if !title.is_empty() {
                    self.paragraph = Paragraph::Figure(String::new());
                    self.text(&title);
                    self.paragraph = Paragraph::None;
                    self.out.push_str("</figcaption>");
                }
                self.out.push_str("</figure>\n");
            }
            Paragraph::Caption => self.out.push_str("</figcaption></figure>\n"),
            Paragraph::None | Paragraph::Fresh | Paragraph::Resumed => {}
        }
    }

    pub(super) fn open_heading(&mut self, level: u8, id: String, explicit: bool, text: String) {
        let digit = level.to_string();
        self.open_block("<h");
        self.out.push_str(&digit);
        if DRESSED || explicit {
            attribute(&mut self.out, "id", &id);
        }
        self.out.push_str(if DRESSED { " tabindex=\"-1\">" } else { ">" });
        self.heading = Some(OpenHeading { level, id, text, start: self.out.len(), left_out: Vec::new() });
    }

    pub(super) fn close_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        if DRESSED {
            if matches!(heading.level, 2 | 3) {
                self.rendered.outline.push(Heading::from_open(&heading, &self.out));
            }
            self.out.push_str("<a class=\"anchor\" href=\"#");
            address(&mut self.out, &heading.id);
            self.out.push('"');
            let label = ["Link to the section “", &heading.text, "”"].concat();
            attribute(&mut self.out, "aria-label", &label);
            self.out.push_str(">¶</a>");
        }
        self.put(&["</h", &heading.level.to_string(), ">\n"]);
    }

    /// Does `write`, and leaves what it wrote out of the list of contents if this is a heading.
    pub(super) fn left_out(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        write(self);
        let end = self.out.len();
        if let Some(heading) = &mut self.heading {
            heading.left_out.push(start..end);
        }
    }

    fn open_alert(&mut self, kind: BlockQuoteKind) {
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", "Note"),
            BlockQuoteKind::Tip => ("tip", "Tip"),
            BlockQuoteKind::Important => ("important", "Important"),
            BlockQuoteKind::Warning => ("warning", "Warning"),
            BlockQuoteKind::Caution => ("caution", "Caution"),
        };
        self.open_block("<div class=\"note note-");
        self.put(&[class, "\" role=\"note\">\n<p class=\"note-title\">", title, "</p>\n"]);
    }

    fn open_table(&mut self, alignments: Vec<Alignment>) {
        self.table = Table { alignments, ..Table::default() };
        if !DRESSED {
            return self.open_block("<table>\n");
        }
        let caption = self.take_caption();
        self.n_tables += u32::from(caption.is_some());
        let number = self.n_tables.to_string();
        let label = match caption {
            Some(_) => ["Table ", &number].concat(),
            None => "Table without caption".to_owned(),
        };
        self.open_block("<div class=\"table\"");
        if let Some(id) = self.table_id.take().filter(|_| caption.is_some()) {
            attribute(&mut self.out, "id", &id);
        }
        self.region(label);
        self.out.push_str("><table>\n");
        if let Some(caption) = caption {
            self.put(&["<caption><b>Table ", &number, ".</b> ", &caption, "</caption>\n"]);
        }
    }

    /// The caption that ends where the table begins; it is no paragraph any more.
    fn take_caption(&mut self) -> Option<String> {
        let caption = self.caption.take()?;
        if self.out.get(caption.end..) != Some("</p>\n") {
            return None;
        }
        let content = self.out.get(caption.start + CAPTION.len()..caption.end)?.trim().to_owned();
        self.out.truncate(caption.start.saturating_sub("<p>".len()));
        Some(content)
    }

    fn open_cell(&mut self) {
        self.out.push_str(if self.table.in_head { "<th" } else { "<td" });
        if DRESSED && self.table.in_head {
            self.out.push_str(" scope=\"col\"");
        }
        let alignment = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => "left",
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            Some(Alignment::None) | None => "",
        };
        if !alignment.is_empty() {
            let (name, value) = if DRESSED { ("class", &alignment[..1]) } else { ("align", alignment) };
            attribute(&mut self.out, name, value);
        }
        self.out.push('>');
        self.table.column += 1;
    }

    pub(super) fn close_table(&mut self) {
        if self.table.has_body {
            self.out.push_str("</tbody>\n");
        }
        self.out.push_str(if DRESSED { "</table></div>\n" } else { "</table>\n" });
    }

    /// A region that scrolls inside itself: focusable, and named so that no two have one name.
    pub(super) fn region(&mut self, label: String) {
        let label = self.labels.unique(label, ' ');
        self.out.push_str(" tabindex=\"0\" role=\"region\"");
        attribute(&mut self.out, "aria-label", &label);
    }

    pub(super) fn reference(&mut self, number: u32, id: &str, nth: u32) {
        self.flow();
        let number = number.to_string();
        self.left_out(|writer| {
            writer.out.push_str("<sup class=\"fn\"><a");
            attribute(&mut writer.out, "id", &mark_id(id, nth));
            writer.out.push_str(" href=\"#fn-");
            address(&mut writer.out, id);
            // The note stands beside its first mark, where the page has a margin for it.
            if nth == 1 {
                writer.put(&["\" class=\"n", &number]);
            }
            writer.put(&["\" aria-label=\"Note ", &number, "\">", &number, "</a></sup>"]);
        });
    }

    /// The way back stands at the end of the note's last paragraph.
    pub(super) fn note_end(&mut self, id: &str) {
        let in_paragraph = self.out.ends_with("</p>\n");
        if in_paragraph {
            self.out.truncate(self.out.len() - "</p>\n".len());
            self.out.push(' ');
        }
        self.out.push_str("<a class=\"back\" href=\"#fnref-");
        address(&mut self.out, id);
        self.put(&["\" aria-label=\"Back to the text\">↩︎</a>", if in_paragraph { "</p>\n" } else { "" }, "</li>\n"]);
    }
}
