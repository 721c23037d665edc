//! The keys that the tests press.

use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};

/// A key, with its modifiers where it is used with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// To the next thing that takes the focus.
    Tab,
    /// To the one before.
    ShiftTab,
    /// Follows a link, presses a button.
    Enter,
    /// Presses a button.
    Space,
    /// Scrolls to the end.
    End,
    /// Goes to the search.
    Slash,
    /// To the next result.
    Down,
    /// To the one before.
    Up,
    /// To the page before, as browsers have it outside macOS.
    AltLeft,
}

/// The protocol's bit for each modifier.
const ALT: i64 = 1;
const SHIFT: i64 = 8;

impl Key {
    /// The events of pressing and releasing it.
    pub(super) fn events(self) -> Vec<DispatchKeyEventParams> {
        let (name, code, modifiers, text) = match self {
            Self::Tab => ("Tab", 9, 0, None),
            Self::ShiftTab => ("Tab", 9, SHIFT, None),
            Self::Enter => ("Enter", 13, 0, Some("\r")),
            Self::Space => (" ", 32, 0, Some(" ")),
            Self::End => ("End", 35, 0, None),
            Self::Slash => ("/", 191, 0, Some("/")),
            Self::Down => ("ArrowDown", 40, 0, None),
            Self::Up => ("ArrowUp", 38, 0, None),
            Self::AltLeft => ("ArrowLeft", 37, ALT, None),
        };
        let physical = match self {
            Self::Space => "Space",
            Self::Slash => "Slash",
            _ => name,
        };
        let event = |kind| {
            let mut event = DispatchKeyEventParams::new(kind);
            event.key = Some(name.to_owned());
            event.code = Some(physical.to_owned());
            event.windows_virtual_key_code = Some(code);
            event.native_virtual_key_code = Some(code);
            event.modifiers = Some(modifiers);
            event
        };
        let mut down =
            event(if text.is_some() { DispatchKeyEventType::KeyDown } else { DispatchKeyEventType::RawKeyDown });
        down.text = text.map(str::to_owned);
        vec![down, event(DispatchKeyEventType::KeyUp)]
    }
}
