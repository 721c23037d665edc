use super::*;
use crate::random::Random;

/// The shortest form, which the standard library writes, is the same where it has no more digits.
#[test]
fn numbers_of_few_digits_are_as_the_library_writes_them() {
    let mut numbers = vec![0.0, 0.1, 12.5, 1e-8, 1e10, 3e-7, 0.001_234_567, 123_456.7, 1.5e-20, f32::INFINITY, 3e20];
    for power in -20..20 {
        numbers.extend([1.0, 2.5, 7.125, 9.999].map(|x: f32| x * 10_f32.powi(power)));
    }
    for x in numbers {
        for x in [x, -x] {
            let (found, expected) = (Decimal(f64::from(x)).to_string(), format!("{x}"));
            let close = found.parse::<f64>().unwrap() == f64::from(x)
                || ((found.parse::<f64>().unwrap() - f64::from(x)) / f64::from(x)).abs() < 5.1e-6;
            assert!(close, "{found} for {x}");
            let significant = expected.trim_start_matches(['-', '0', '.']).bytes();
            if significant.filter(u8::is_ascii_digit).count() <= 6 && x != 0.0 {
                assert_eq!(found, expected);
            }
        }
    }
    assert_eq!(Decimal(f64::NAN).to_string(), "NaN");
    assert_eq!(Decimal(268_435_456.0).to_string(), "268435456");
    assert_eq!(Decimal(0.999_999_99).to_string(), "1");
}

fn bits(random: &mut Random) -> u64 {
    u64::from(random.bits()) << 32 | u64::from(random.bits())
}

/// Doubles of every size, subnormal ones among them, from their bits; then those next to powers of two and ten.
fn doubles() -> impl Iterator<Item = f64> {
    let mut random = Random::new(7, 0);
    let any = std::iter::repeat_with(move || f64::from_bits(bits(&mut random))).filter(|x| x.is_finite()).take(20_000);
    let powers = (-1074..1024).map(|power| 2_f64.powi(power)).chain((-323..309).map(|power| 10_f64.powi(power)));
    let near = powers.flat_map(|x| [x.next_down(), x, -x.next_up()]).filter(|x| x.is_finite());
    any.chain(near).chain([0.0, -0.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, 9_007_199_254_740_993.0, 5e-5, 1e23])
}

/// The standard library is the oracle.
#[test]
fn the_shortest_form_is_that_of_the_library() {
    for x in doubles() {
        assert_eq!(shortest(x), x.to_string(), "{:x}", x.to_bits());
        assert_eq!(shortest_single(x as f32), (x as f32).to_string(), "{:x}", (x as f32).to_bits());
    }
    let mut random = Random::new(8, 0);
    for x in std::iter::repeat_with(|| f32::from_bits(bits(&mut random) as u32)).take(20_000) {
        assert_eq!(shortest_single(x), x.to_string(), "{:x}", x.to_bits());
    }
    for x in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(shortest(x), x.to_string());
    }
}

#[test]
fn what_was_written_is_read_back_as_the_same() {
    for x in doubles() {
        assert_eq!(read(&x.to_string()).map(f64::to_bits), Some(x.to_bits()), "{x:e}");
        assert_eq!(read(&format!("{x:e}")).map(f64::to_bits), Some(x.to_bits()), "{x:e}");
    }
}

/// Decimals of up to forty digits, of every size that a double has and a little beyond, and half way between doubles.
#[test]
fn a_decimal_is_read_as_the_library_reads_it() {
    let same = |text: &str| {
        assert_eq!(read(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
    };
    let mut random = Random::new(9, 0);
    for _ in 0..20_000 {
        let n_digits = 1 + bits(&mut random) % 40;
        let digits: String = (0..n_digits).map(|_| char::from(b'0' + (bits(&mut random) % 10) as u8)).collect();
        let power = (bits(&mut random) % 700) as i32 - 360;
        same(&format!("-{digits}e{power}"));
        let (whole, fraction) = digits.split_at((bits(&mut random) % n_digits) as usize);
        same(&format!("+{whole}.{fraction}E{}", power / 20));
    }
    for power in [-1074, -1030, -60, -3, 0, 40, 900] {
        for _ in 0..50 {
            // Half a unit more than a whole number of them: a tie, and beside it.
            let halves = (bits(&mut random) >> 11 << 1 | 1 << 53) + 1;
            let tie = f64_of_halves(halves, power);
            [tie.clone(), tie + "000001"].iter().for_each(|text| same(text));
        }
    }
}

/// `halves` · 2^(`power` − 1), exactly.
fn f64_of_halves(halves: u64, power: i32) -> String {
    let mut digits: Vec<u8> = halves.to_string().bytes().map(|byte| byte - b'0').collect();
    let by = |digits: &mut Vec<u8>, factor: u8| {
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            carry += *digit * factor;
            (*digit, carry) = (carry % 10, carry / 10);
        }
        if carry > 0 {
            digits.insert(0, carry);
        }
    };
    let power = power - 1;
    // A half is five tenths.
    (0..power.unsigned_abs()).for_each(|_| by(&mut digits, if power < 0 { 5 } else { 2 }));
    let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let n_behind = power.min(0).unsigned_abs() as usize;
    let text = format!("{text:0>width$}", width = n_behind + 1);
    let (whole, fraction) = text.split_at(text.len() - n_behind);
    format!("{whole}.{fraction}")
}

#[test]
fn what_is_no_number_is_none() {
    for text in
        ["", ".", "-", "+.", "e1", "1e", "1e+", "1e1.5", "1,5", "1 ", " 1", "0x1", "1.2.3", "--1", "1e99x", "1_0"]
    {
        assert_eq!((read(text), text.parse::<f64>().ok()), (None, None), "{text:?}");
    }
    for text in ["1.", ".5", "-0", "0e999999999999", "1e99999999999", "-1e-99999999999", "00001e0005", "1e-0"] {
        assert_eq!(read(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text:?}");
    }
    assert_eq!(["inf", "nan", "infinity"].map(read), [None; 3]);
}

/// A hostile file has numbers as long as itself. The library loses count of exponents beyond 65,535.
#[test]
fn a_number_of_many_digits_is_read() {
    let (zeros, ones) = ("0".repeat(60_000), "1".repeat(60_000));
    let tie = "9007199254740993";
    for text in [
        format!("1{zeros}e-60000"),
        format!("0.{zeros}1e60001"),
        format!("{ones}e-59999"),
        format!("{tie}.{zeros}"),
        format!("{tie}.{zeros}1"),
        format!("{tie}{zeros}1e-60001"),
        format!("0.{ones}"),
        ones,
    ] {
        assert_eq!(read(&text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{}", &text[..20]);
    }
    let zeros = "0".repeat(1_000_000);
    assert_eq!(read(&format!("25{zeros}e-1000001")), Some(2.5));
    assert_eq!(read(&format!("{tie}.{zeros}1")), Some(9_007_199_254_740_994.0));
}
