//! What is printed.

use crate::job::Mask;
use site_tests::measure::median;

/// Speeds of each program, and how they compare.
#[derive(Default)]
pub struct Table {
    /// In the order in which they were first told: a name, and all its speeds, full and half masked.
    rows: Vec<(&'static str, [Vec<f64>; 2])>,
    missed: Vec<String>,
}

impl Table {
    /// Tokens a second of one run.
    pub fn add(&mut self, name: &'static str, mask: Mask, speed: f64) {
        let at = self.rows.iter().position(|(row, _)| *row == name).unwrap_or_else(|| {
            self.rows.push((name, Default::default()));
            self.rows.len() - 1
        });
        self.rows[at].1[mask as usize].push(speed);
    }

    /// Medians, with the least and the most.
    pub fn print(&self) {
        let [full, half] = Mask::BOTH.map(Mask::name);
        println!("{:<48} {full:>22} {half:>22}", "tokens/s: median (least to most)");
        for (name, speeds) in &self.rows {
            let [full, half] = speeds.each_ref().map(|speeds| {
                let least = speeds.iter().copied().fold(f64::INFINITY, f64::min);
                let most = speeds.iter().copied().fold(0.0, f64::max);
                format!("{:.0} ({least:.0} to {most:.0})", median(speeds.clone()))
            });
            println!("{name:<48} {full:>22} {half:>22}");
        }
    }

    /// The median, round by round, of what one program makes of the other's speed. Nothing where one is absent.
    pub fn ratio(&mut self, ours: &'static str, theirs: &'static str, bound: Option<f64>) {
        let of = |name| self.rows.iter().find(|(row, _)| *row == name).map(|(_, speeds)| speeds);
        let (Some(a), Some(b)) = (of(ours), of(theirs)) else { return };
        let ratios = [0, 1].map(|mask| median(a[mask].iter().zip(&b[mask]).map(|(a, b)| a / b).collect()));
        let what = format!("{ours} ÷ {theirs}");
        let bound_text = bound.map_or(String::new(), |bound| format!("  bound {bound:.2}"));
        println!("{what:<90} {:>6.2} {:>6.2}{bound_text}", ratios[0], ratios[1]);
        if bound.is_some_and(|bound| ratios.iter().any(|&ratio| ratio < bound)) {
            self.missed.push(what);
        }
    }

    /// Megabytes that one worker held at most.
    pub fn memory(&mut self, found: f64, bound: f64) {
        let what = "memory of one worker at most";
        println!("{what:<90} {found:>6.0} MB      bound {bound:.0} MB");
        if found > bound {
            self.missed.push(what.to_owned());
        }
    }

    /// What is out of bounds.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}
