use super::{Random, philox4x32_10};

/// Source: Random123 1.14, `tests/kat_vectors`, the three lines of `philox4x32 10`.
#[test]
fn known_answers() {
    let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
    let cases = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (pi, [0xa409_3822, 0x299f_31d0], [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    ];
    for (counter, key, expected) in cases {
        assert_eq!(philox4x32_10(counter, key), expected);
    }
}

#[test]
fn a_sequence_is_the_blocks_of_its_counter() {
    let mut random = Random::at(0x299f_31d0_a409_3822, 9, 0x0000_0007_0000_0003);
    let drawn: Vec<u32> = (0..8).map(|_| random.bits()).collect();
    let block = |position| philox4x32_10([position, 3, 7, 9], [0xa409_3822, 0x299f_31d0]);
    assert_eq!(drawn, [block(0), block(1)].concat());
}

#[test]
fn samples_do_not_depend_on_call_order() {
    let draw = |index| Random::at(1, 2, index).normal();
    let forwards: Vec<f32> = (0..9).map(draw).collect();
    let mut backwards: Vec<f32> = (0..9).rev().map(draw).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert!(forwards.windows(2).all(|pair| pair[0] != pair[1]));
}

/// Bounds of five standard errors over the number of draws.
#[test]
fn moments() {
    let n = 100_000;
    let mut random = Random::new(42, 0);
    let mean = |draws: &[f64], power: i32| draws.iter().map(|x| x.powi(power)).sum::<f64>() / n as f64;
    let uniform: Vec<f64> = (0..n).map(|_| f64::from(random.uniform())).collect();
    assert!(uniform.iter().all(|x| (0.0..1.0).contains(x)));
    assert!((mean(&uniform, 1) - 0.5).abs() < 5.0 * (1.0 / 12.0 / n as f64).sqrt());
    assert!((mean(&uniform, 2) - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / n as f64).sqrt());
    let normal: Vec<f64> = (0..n).map(|_| f64::from(random.normal())).collect();
    assert!(mean(&normal, 1).abs() < 5.0 * (1.0 / n as f64).sqrt());
    assert!((mean(&normal, 2) - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt());
    assert!(mean(&normal, 3).abs() < 5.0 * (15.0 / n as f64).sqrt());
    assert!((mean(&normal, 4) - 3.0).abs() < 5.0 * (96.0 / n as f64).sqrt());
}

#[test]
fn below_is_uniform_and_bounded() {
    let mut random = Random::new(7, 1);
    let mut counts = [0_u32; 6];
    for _ in 0..60_000 {
        counts[random.below(6) as usize] += 1;
    }
    // Chi-squared with 5 degrees of freedom: 20.5 is exceeded once in a thousand seeds.
    let chi: f64 = counts.iter().map(|&c| (f64::from(c) - 10_000.0).powi(2) / 10_000.0).sum();
    assert!(chi < 20.5, "{counts:?}");
    assert_eq!((random.below(0), random.below(1)), (0, 0));
    assert!((0..1000).all(|_| random.below(3_000_000_000) < 3_000_000_000));
}

#[test]
fn shuffle_permutes_and_reaches_every_order() {
    let mut random = Random::new(3, 0);
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..6000 {
        let mut items = [0, 1, 2];
        random.shuffle(&mut items);
        *seen.entry(items).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.values().all(|&count| (850..1150).contains(&count)), "{seen:?}");
    random.shuffle::<u8>(&mut []);
}
