//! Two files by turns.

/// What one of the two files holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// There is no such file, or it is empty.
    Empty,
    /// It was cut or changed, or is none of this program's.
    Broken,
    /// A whole checkpoint with this [`serial`](super::Header::serial).
    Whole(u64),
}

/// What to do with two slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The slot that holds the last whole checkpoint, if one does.
    pub resume: Option<usize>,
    /// The slot that the next checkpoint goes to: never the one to resume from.
    pub write: usize,
    /// The serial of the next checkpoint.
    pub serial: u64,
    /// Whether a checkpoint was lost: a slot is broken, so that what is resumed may be older than the last.
    pub is_lost: bool,
}

/// Chooses the last whole of two slots.
pub fn choose(slots: [Slot; 2]) -> Choice {
    let serial = |slot: Slot| if let Slot::Whole(serial) = slot { Some(serial) } else { None };
    let (first, second) = (serial(slots[0]), serial(slots[1]));
    let resume = match (first, second) {
        (None, None) => None,
        // `None` is less than any serial.
        _ => Some(usize::from(second > first)),
    };
    let write = resume.map_or(usize::from(slots[0] == Slot::Broken && slots[1] == Slot::Empty), |slot| 1 - slot);
    let serial = first.max(second).map_or(1, |last| last.saturating_add(1));
    Choice { resume, write, serial, is_lost: slots.contains(&Slot::Broken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_slot_is_kept() {
        use Slot::{Broken, Empty, Whole};
        for (slots, resume, write, serial, is_lost) in [
            ([Empty, Empty], None, 0, 1, false),
            ([Broken, Empty], None, 1, 1, true),
            ([Empty, Broken], None, 0, 1, true),
            ([Broken, Broken], None, 0, 1, true),
            ([Whole(1), Empty], Some(0), 1, 2, false),
            ([Empty, Whole(1)], Some(1), 0, 2, false),
            ([Whole(7), Whole(8)], Some(1), 0, 9, false),
            ([Whole(9), Whole(8)], Some(0), 1, 10, false),
            ([Whole(9), Broken], Some(0), 1, 10, true),
            ([Broken, Whole(3)], Some(1), 0, 4, true),
            ([Whole(5), Whole(5)], Some(0), 1, 6, false),
        ] {
            assert_eq!(choose(slots), Choice { resume, write, serial, is_lost }, "{slots:?}");
        }
    }
}
