//! What is printed.

use crate::job::Mask;
use site_tests::measure::median;

/// Speeds of each program, and how they compare.
#[derive(Default)]
pub struct Table {
    /// In the order in which they were first told: a name, and all its speeds, full and half masked.
    rows: Vec<(&'static str, [Vec<f64>; 2])>,
    /// Of two that took turns: their names, and what the first made of the second's speed in each turn.
    turns: Vec<([&'static str; 2], [Vec<f64>; 2])>,
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

    /// Milliseconds of a step of two programs that took turns.
    pub fn turns(&mut self, ours: &'static str, theirs: &'static str, mask: Mask, turns: &[(f64, f64)]) {
        let names = [ours, theirs];
        let at = self.turns.iter().position(|(of, _)| *of == names).unwrap_or_else(|| {
            self.turns.push((names, Default::default()));
            self.turns.len() - 1
        });
        self.turns[at].1[mask as usize].extend(turns.iter().map(|(ours, theirs)| theirs / ours));
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

    /// The median of what one program makes of the other's speed, turn by turn where they took turns, else round by
    /// round; in brackets the middle half. Nothing where one is absent.
    pub fn ratio(&mut self, ours: &'static str, theirs: &'static str, bound: Option<f64>) {
        let of = |name| self.rows.iter().find(|(row, _)| *row == name).map(|(_, speeds)| speeds);
        let turns = self.turns.iter().find(|(names, _)| *names == [ours, theirs]);
        let ratios = match (turns, of(ours), of(theirs)) {
            (Some((_, ratios)), ..) => ratios.clone(),
            (None, Some(a), Some(b)) => [0, 1].map(|mask| a[mask].iter().zip(&b[mask]).map(|(a, b)| a / b).collect()),
            _ => return,
        };
        let what = format!("{ours} ÷ {theirs}");
        let bound_text = bound.map_or(String::new(), |bound| format!("  bound {bound:.2}"));
        let [full, half] = ratios.each_ref().map(|ratios| {
            let [low, high] = quartiles(ratios.clone());
            format!("{:.2} ({low:.2} to {high:.2})", median(ratios.clone()))
        });
        println!("{what:<76} {full:>20} {half:>20}{bound_text}");
        if bound.is_some_and(|bound| ratios.into_iter().any(|ratios| median(ratios) < bound)) {
            self.missed.push(what);
        }
    }

    /// Megabytes that one worker held at most.
    pub fn memory(&mut self, found: f64, bound: f64) {
        let what = "memory of one worker at most";
        println!("{what:<76} {found:>17.0} MB {:>20}  bound {bound:.0} MB", "");
        if found > bound {
            self.missed.push(what.to_owned());
        }
    }

    /// What is out of bounds.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// A quarter of the figures is less than the first, a quarter more than the second.
fn quartiles(mut figures: Vec<f64>) -> [f64; 2] {
    figures.sort_by(f64::total_cmp);
    let last = figures.len().saturating_sub(1);
    [last / 4, last - last / 4].map(|at| figures.get(at).copied().unwrap_or_default())
}
