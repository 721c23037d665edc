//! What is written comes back, in whatever chunks; what is cut or changed at any byte is told.

use super::*;
use crate::random::Random;

fn header() -> Header {
    Header {
        serial: 12,
        build: Build { code_version: "0.3.1".to_owned(), variant: Variant::RelaxedSimd, n_workers: 2 },
        step: 1 << 40,
        epoch: 3,
        sample: 17,
        seed: u64::MAX,
        draws: vec![5, 0, 1 << 63],
        settings: b"rank = 8".to_vec(),
    }
}

fn written(header: &Header, sections: &[Section<'_>]) -> Vec<u8> {
    let mut writer = Writer::new(header, sections);
    let (mut file, expected) = (Vec::new(), writer.len());
    while let Some(chunk) = writer.next_chunk(sections) {
        assert!(!chunk.is_empty() && chunk.len() <= 1 << 20);
        file.extend_from_slice(chunk);
    }
    assert_eq!(file.len() as u64, expected);
    file
}

/// The header, and each section with its data.
type Read = (Option<Header>, Vec<(String, Vec<u8>)>);

fn read<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<Read, CheckpointError> {
    let (mut reader, mut read) = (Reader::new(), Read::default());
    for mut chunk in chunks {
        while let Some(event) = reader.next(&mut chunk)? {
            match event {
                Event::Header(header) => read.0 = Some(header),
                Event::Section(name, length) => read.1.push((name, Vec::with_capacity(length as usize))),
                Event::Data(data) => read.1.last_mut().unwrap().1.extend_from_slice(data),
                Event::SectionEnd | Event::End => {}
            }
        }
    }
    reader.finish().map(|()| read)
}

#[test]
fn what_is_written_comes_back_in_any_chunks() {
    let mut random = Random::new(2026, 52);
    let weights: Vec<f32> = (0..700_000).map(|_| random.normal()).collect();
    let sections = [
        Section { name: "weights", data: bytes_of(&weights) },
        Section { name: "", data: &[] },
        Section { name: "Momente ½", data: bytes_of(&weights[..3]) },
    ];
    let file = written(&header(), &sections);
    for size in [file.len(), 1 << 16, 1_000_003] {
        let (found, data) = read(file.chunks(size)).unwrap();
        assert_eq!(found, Some(header()));
        assert!(data.iter().zip(&sections).all(|((name, data), section)| name == section.name && data == section.data));
        assert_eq!(data.len(), sections.len());
    }
    let small = written(&header(), &sections[1..]);
    assert_eq!(read(small.chunks(1)).unwrap().1.len(), 2);
    assert_eq!(verify(small.chunks(7)), Ok(header()));
    assert_eq!(read(written(&header(), &[]).chunks(3)).unwrap(), (Some(header()), Vec::new()));
    // The chunks of weights are borrowed from the weights themselves.
    let mut writer = Writer::new(&header(), &sections);
    let begins: Vec<_> = std::iter::from_fn(|| writer.next_chunk(&sections).map(<[u8]>::as_ptr)).collect();
    assert_eq!((begins[2], begins[3]), (bytes_of(&weights).as_ptr(), bytes_of(&weights)[1 << 20..].as_ptr()));
}

#[test]
fn a_cut_at_any_byte_is_told() {
    let file = written(&header(), &[Section { name: "weights", data: &[7; 50] }, Section { name: "m", data: &[] }]);
    for length in 0..file.len() {
        match verify(file[..length].chunks(11)) {
            Err(CheckpointError::Cut { at, .. }) => assert_eq!(at, length as u64),
            other => panic!("{length}: {other:?}"),
        }
    }
    let longer: Vec<u8> = file.iter().copied().chain([0]).collect();
    assert_eq!(verify(longer.chunks(11)), Err(CheckpointError::Longer { at: file.len() as u64 }));
    let message = verify([&file[..150]]).unwrap_err().to_string();
    assert_eq!(message, "the checkpoint is cut after 150 bytes, in its section `weights`");
}

#[test]
fn a_change_of_any_byte_is_told() {
    let sections = [Section { name: "weights", data: &[7; 50] }, Section { name: "m", data: &[1, 2, 3] }];
    let file = written(&header(), &sections);
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[at] ^= 1 << bit;
            assert!(verify(changed.chunks(64)).is_err(), "byte {at}, bit {bit}");
        }
    }
    let mut changed = file.clone();
    changed[150] ^= 4;
    let message = verify([&*changed]).unwrap_err().to_string();
    assert!(message.starts_with("the checkpoint is damaged in its section `weights`, before byte "), "{message}");
    let mut newer = file.clone();
    newer[8] = 2;
    let message = verify([&*newer]).unwrap_err().to_string();
    assert_eq!(message, "the checkpoint is of version 2 of the format; this program reads version 1");
    assert_eq!(verify([&b"PK\x03\x04"[..]]), Err(CheckpointError::NotACheckpoint));
    assert_eq!(verify([]), Err(CheckpointError::Cut { place: "in its header".to_owned(), at: 0 }));
}

#[test]
fn a_section_of_another_checkpoint_does_not_fit() {
    let (first, mut second) = (header(), header());
    second.serial += 1;
    let section = [Section { name: "weights", data: &[7; 50] }];
    let (old, new) = (written(&first, &section), written(&second, &section));
    let begin = old.len() - 50 - 30;
    let mixed = [&new[..begin], &old[begin..]].concat();
    assert!(matches!(verify([&*mixed]), Err(CheckpointError::Damaged { .. })));
}

#[test]
fn no_mutation_panics_or_passes() {
    let file =
        written(&header(), &[Section { name: "weights", data: &[7; 300] }, Section { name: "m", data: &[9; 40] }]);
    let mut random = Random::new(2026, 53);
    for _ in 0..2_000 {
        let mut changed = file.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(changed.len() as u32) as usize;
            match random.below(4) {
                0 => changed[at] = random.bits() as u8,
                1 => drop(changed.drain(at..(at + 1 + random.below(40) as usize).min(changed.len()))),
                2 => changed.insert(at, random.bits() as u8),
                _ => changed.truncate(at + 1),
            }
        }
        let size = 1 + random.below(100) as usize;
        let found = verify(changed.chunks(size));
        assert!(found.is_err() || changed == file, "{found:?}");
    }
}

#[test]
fn what_will_differ_is_told() {
    let then = header().build;
    assert_eq!(then.differences(&then), []);
    let now = Build { code_version: "0.4.0".to_owned(), variant: Variant::Simd, n_workers: 1 };
    let told: Vec<String> = then.differences(&now).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "it was written by version 0.3.1 of this program, and this is version 0.4.0: the run may go on differently",
            "it was computed with relaxed SIMD instructions, and this browser uses SIMD ones: losses will differ in their last digits",
            "2 workers computed it, and 1 will go on: losses will differ in their last digits",
        ]
    );
}
