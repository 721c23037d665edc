//! What a build costs: time by the clock part by part, time of the processor, memory.

use std::{
    fmt, fs,
    time::{Duration, Instant},
};

/// A watch that is read at the end of each part.
#[derive(Clone, Debug)]
pub struct Phases {
    began: Instant,
    last: Instant,
    parts: Vec<(&'static str, Duration)>,
}

impl Default for Phases {
    fn default() -> Self {
        let now = Instant::now();
        Self { began: now, last: now, parts: Vec::new() }
    }
}

impl Phases {
    /// Ends the part that began with the last call.
    pub fn end(&mut self, part: &'static str) {
        let now = Instant::now();
        self.parts.push((part, now - self.last));
        self.last = now;
    }

    /// Puts another watch's parts behind these; nothing was done between the two.
    pub fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
        self.last = other.last;
    }

    /// Since it was made.
    pub fn whole(&self) -> Duration {
        self.last - self.began
    }
}

/// A line for each part, then the sum.
impl fmt::Display for Phases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, took) in self.parts.iter().chain([&("whole", self.whole())]) {
            writeln!(f, "{part:<24}{:9.1} ms", took.as_secs_f64() * 1e3)?;
        }
        Ok(())
    }
}

/// What the system says of this process so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Most memory that it has had at once, in bytes: `VmHWM`.
    pub peak_bytes: u64,
    /// Processors' time, its own and the system's for it, all cores together.
    pub processor: Duration,
}

impl Spent {
    /// Where the system tells, which is Linux. Source: proc(5), `/proc/pid/status` and `/proc/pid/stat`.
    pub fn now() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/self/status").ok()?, &fs::read_to_string("/proc/self/stat").ok()?)
    }

    /// With the processors' time since then alone.
    pub fn since(self, before: Option<Self>) -> Self {
        let before = before.map_or(Duration::ZERO, |before| before.processor);
        Self { processor: self.processor.saturating_sub(before), ..self }
    }

    fn parse(status: &str, stat: &str) -> Option<Self> {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"))?;
        // The program's name, the second field, may hold spaces; of what follows its bracket, these two are ticks.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).map(str::parse::<u64>);
        let ticks = fields.next()?.ok()? + fields.next()?.ok()?;
        Some(Self { peak_bytes: peak.trim().parse::<u64>().ok()? * 1024, processor: Duration::from_millis(ticks * 10) })
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = self.peak_bytes as f64 / f64::from(1 << 20);
        writeln!(f, "{:<24}{:9.1} s", "processor, all cores", self.processor.as_secs_f64())?;
        writeln!(f, "{:<24}{mib:9.1} MiB", "peak memory (VmHWM)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields 14 and 15 are `utime` and `stime`, in ticks of 10 ms on every Linux. Source: proc(5).
    #[test]
    fn the_systems_words_are_understood() {
        let stat = "7 (a (b) c) R 1 7 7 0 -1 4194304 90 0 0 0 250 50 0 0 20 0 1 0 5 6 7";
        let spent = Spent::parse("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n", stat).unwrap();
        assert_eq!(spent, Spent { peak_bytes: 2048 * 1024, processor: Duration::from_secs(3) });
        assert_eq!(spent.to_string(), "processor, all cores          3.0 s\npeak memory (VmHWM)           2.0 MiB\n");
        assert_eq!(spent.since(Some(spent)), Spent { processor: Duration::ZERO, ..spent });
        assert_eq!(Spent::parse("", stat), None);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let mut phases = Phases::default();
        phases.end("first");
        let mut second = Phases::default();
        second.end("second");
        phases.append(second);
        let told = phases.to_string();
        let names: Vec<_> = told.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, ["first", "second", "whole"]);
        assert!(phases.whole() >= phases.parts.iter().map(|(_, took)| *took).sum());
    }
}
