//! A drawing for a post that has none: in the manner of the plates, decided by the post's name alone.
//!
//! Like a plate it has a field of 64 × 64 and the classes `q` (quiet), `a` (accent), `f` and `af` (filled).

use std::fmt::Write as _;

/// FNV-1a, 64 bits. Source: RFC 9923, §2.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Numbers that a name decides. Source of the step: Knuth, MMIX's linear congruence.
struct Numbers(u64);

impl Numbers {
    /// At least 0 and below 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

/// The markup inside the drawing's `<svg>`.
pub fn motif(name: &str) -> String {
    let mut numbers = Numbers(hash(name));
    match (numbers.unit() * 3.0) as u32 {
        0 => levels(&mut numbers),
        1 => lattice(&mut numbers),
        _ => walk(&mut numbers),
    }
}

/// Axes, and lines of equal height around a place, which a path approaches.
fn levels(numbers: &mut Numbers) -> String {
    let (x, y) = (numbers.between(26.0, 40.0), numbers.between(24.0, 38.0));
    let (tilt, ratio) = (numbers.between(-60.0, 60.0), numbers.between(0.45, 0.75));
    let mut svg = String::from("<path d=\"M5 5V59H59\"/>");
    for level in 1..=4 {
        let radius = f64::from(level) * 5.6;
        let class = if level == 2 { "" } else { " class=\"q\"" };
        let _ = write!(
            svg,
            "<ellipse{class} cx=\"{x:.1}\" cy=\"{y:.1}\" rx=\"{radius:.1}\" ry=\"{:.1}\" transform=\"rotate({tilt:.0} {x:.1} {y:.1})\"/>",
            radius * ratio
        );
    }
    let (mut at_x, mut at_y) = (numbers.between(8.0, 16.0), numbers.between(46.0, 55.0));
    let mut path = format!("M{at_x:.1} {at_y:.1}");
    for _ in 0..7 {
        at_x += (x - at_x) * 0.45 + numbers.between(-2.4, 2.4);
        at_y += (y - at_y) * 0.45 + numbers.between(-2.4, 2.4);
        let _ = write!(path, "L{at_x:.1} {at_y:.1}");
    }
    let _ = write!(
        svg,
        "<path class=\"a\" d=\"{path}\"/><circle class=\"af\" cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"2.4\"/>"
    );
    svg
}

/// A triangle of dots, as a causal mask has it; one row and one dot stand out.
fn lattice(numbers: &mut Numbers) -> String {
    const N: u32 = 7;
    let chosen = 3 + (numbers.unit() * f64::from(N - 3)) as u32;
    let strongest = (numbers.unit() * f64::from(chosen)) as u32;
    let mut svg = String::new();
    for row in 0..N {
        for column in 0..=row {
            let (x, y) = (8 + 8 * column, 8 + 8 * row);
            let class = match (row == chosen, column == strongest) {
                (true, true) => "af",
                _ => "f",
            };
            let radius = if class == "af" { 3.4 } else { numbers.between(0.7, 2.7) };
            let _ = write!(svg, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius:.1}\"/>");
        }
    }
    let y = 8 + 8 * chosen;
    let _ = write!(svg, "<path class=\"q\" d=\"M3 {0}H61M3 {1}H61\"/>", y - 4, y + 4);
    svg
}

/// Axes, noisy curves that fall, and the one that falls best.
fn walk(numbers: &mut Numbers) -> String {
    let mut svg = String::from("<path d=\"M5 5V59H59\"/>");
    for run in 0..4 {
        let (floor, rate) = (numbers.between(30.0, 44.0) + f64::from(run) * 3.0, numbers.between(0.05, 0.13));
        let noise = if run == 3 { 0.6 } else { 1.7 };
        let mut path = String::new();
        for step in 0..27 {
            let x = 7.0 + 2.0 * f64::from(step);
            let y = floor - (floor - 8.0) * (-rate * f64::from(step)).exp() + numbers.between(-noise, noise);
            let _ = write!(path, "{}{x:.1} {y:.1}", if step == 0 { 'M' } else { 'L' });
        }
        let _ = write!(svg, "<path class=\"{}\" d=\"{path}\"/>", if run == 3 { "a" } else { "q" });
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a 64 of "a": RFC 9923, §6 (test vectors).
    #[test]
    fn a_name_decides_its_drawing() {
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(motif("scaling-laws"), motif("scaling-laws"));
        let all: std::collections::BTreeSet<_> = (0..40).map(|name| motif(&format!("post-{name}"))).collect();
        assert_eq!(all.len(), 40);
    }

    #[test]
    fn drawings_of_every_kind_stay_in_their_field() {
        let mut kinds = [0; 3];
        for name in 0..60 {
            let svg = motif(&format!("post-{name}"));
            kinds[usize::from(svg.contains("<ellipse")) + 2 * usize::from(!svg.starts_with("<path"))] += 1;
            let paths = svg.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next());
            for number in paths.flat_map(|path| path.split(|c: char| c.is_ascii_alphabetic() || c == ' ')) {
                assert!(number.is_empty() || (0.0..=64.0).contains(&number.parse::<f64>().unwrap()), "{svg}");
            }
        }
        assert!(kinds.iter().all(|n| *n > 5), "{kinds:?}");
    }
}
