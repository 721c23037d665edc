//! One loop over the stages of all built labs.

use super::*;
use flate2::{Compression, write::GzEncoder};
use std::{collections::HashSet, io::Write};

fn stages() -> impl Iterator<Item = (&'static str, String)> {
    registry::BUILT.iter().chain(registry::APART).map(|about| {
        let values = Values::defaults(about.parameters);
        (about.name, stage(about.name, &values, about.name).unwrap())
    })
}

/// Where the charts of a lab stand.
fn panels(name: &str) -> &'static [crate::parts::Panel] {
    registry::view(name).map_or(crate::sft::page::view::PANELS, |view| view.panels)
}

/// Values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    for ((name, first), (_, second)) in stages().zip(stages()) {
        assert_eq!(first, second, "{name}");
    }
}

#[test]
fn nothing_in_it_needs_what_the_policy_forbids() {
    for (name, html) in stages() {
        for forbidden in [" style=", "<script", "<style", " onclick"] {
            assert!(!html.contains(forbidden), "{name}: {forbidden}");
        }
    }
}

#[test]
fn two_figures_of_a_page_share_no_id() {
    for (name, first) in stages() {
        let about = registry::find(name).and_then(|lab| lab.about).unwrap();
        let second = stage(name, &Values::defaults(about.parameters), "other").unwrap();
        let ids = [attributes(&first, "id"), attributes(&second, "id")].concat();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{name} {ids:?}");
        assert!(!ids.is_empty(), "{name}");
    }
}

#[test]
fn every_control_is_labelled_and_waits() {
    for (name, html) in stages() {
        let mut fieldsets = html.split("<fieldset").skip(1).filter_map(|rest| rest.split('>').next());
        assert!(fieldsets.clone().next().is_some() && fieldsets.all(|open| open.contains(" disabled")), "{name}");
        let labelled: HashSet<_> = attributes(&html, "for").into_iter().collect();
        for tag in ["<input", "<select", "<button", "<progress"] {
            for element in html.split(tag).skip(1) {
                let open = element.split('>').next().unwrap();
                let is_labelled = attributes(open, "id").iter().any(|id| labelled.contains(id))
                    || attributes(open, "aria-label").iter().any(|label| !label.is_empty());
                let has_words = tag == "<button"
                    && element
                        .split("</button")
                        .next()
                        .unwrap()
                        .split('>')
                        .skip(1)
                        .any(|text| text.split('<').next().is_some_and(|words| !words.trim().is_empty()));
                assert!(is_labelled || has_words, "{name}: {tag}{open}");
            }
        }
        let described: HashSet<_> = attributes(&html, "aria-describedby").into_iter().collect();
        let ids: HashSet<_> = attributes(&html, "id").into_iter().collect();
        assert!(described.is_subset(&ids), "{name} {described:?}");
    }
}

#[test]
fn every_chart_is_drawn_and_has_a_table() {
    for (name, html) in stages() {
        let mut slots = attributes(&html, "data-slot");
        assert_eq!(slots.pop(), Some(NUMBERS));
        for panel in panels(name) {
            assert!(slots.contains(&panel.slot), "{name} {slots:?}");
            assert!(slots.contains(&format!("{}-table", panel.slot).as_str()), "{name} {slots:?}");
        }
        assert_eq!(html.matches("<table>").count(), slots.len() / 2, "{name}");
        assert!(html.matches("role=\"img\"").count() >= slots.len() / 2, "{name}");
    }
}

#[test]
fn what_is_no_lab_is_an_error() {
    let values = Values::defaults(&[]);
    assert_eq!(stage("none", &values, "none").unwrap_err().to_string(), "there is no lab `none`");
}

/// 8 KB as a reader gets it, for the settings that a lab has by itself.
#[test]
fn a_stage_is_small() {
    for (name, html) in stages() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(html.as_bytes()).unwrap();
        let size_bytes = gzip.finish().unwrap().len();
        assert!(size_bytes <= 8 * 1024, "{name}: {size_bytes} bytes");
    }
}
