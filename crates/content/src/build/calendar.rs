//! Real calendar dates (proleptic Gregorian), written `YYYY-MM-DD`.
//!
//! Source: ISO 8601-1:2019, §5.2.2.1, extended format.

const MONTHS: [(&str, u32); 12] = [
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

/// A date that exists; orders as the calendar does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not four digits, two digits and two digits, joined by hyphens.
    #[error("`{found}` is not a date of the form YYYY-MM-DD")]
    Form {
        /// What stands there.
        found: String,
        /// The date that was meant, where that can be told.
        meant: Option<Date>,
    },
    /// A month below 1 or above 12.
    #[error("there is no month {month:02}")]
    Month {
        /// The month as written.
        month: u32,
    },
    /// A day below 1 or past the month's end.
    #[error("{name} {year:04} has {days} days, not {day}")]
    Day {
        /// The year as written.
        year: u32,
        /// The month's name.
        name: &'static str,
        /// How many days that month has.
        days: u32,
        /// The day as written.
        day: u32,
    },
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl std::str::FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let form = |meant| DateError::Form { found: text.to_owned(), meant };
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
        if !well_formed {
            return Err(form(meant(text)));
        }
        let mut fields = text.split('-').map(|field| field.parse::<u32>().unwrap_or(0));
        match (fields.next(), fields.next(), fields.next()) {
            (Some(year), Some(month), Some(day)) => new(year, month, day),
            _ => Err(form(None)),
        }
    }
}

fn new(year: u32, month: u32, day: u32) -> Result<Date, DateError> {
    let (name, days) = month_of(year, month).ok_or(DateError::Month { month })?;
    if !(1..=days).contains(&day) {
        return Err(DateError::Day { year, name, days, day });
    }
    Ok(Date { year, month, day })
}

/// The date of a loosely written text: a date with a time, `2026-3-4`, `2026/03/04`, `2026.03.04`.
fn meant(text: &str) -> Option<Date> {
    let date = text.split(['T', 't', ' ']).next()?;
    let fields: Vec<u32> = date.split(['-', '/', '.']).map(|field| field.parse().ok()).collect::<Option<_>>()?;
    match fields[..] {
        [year @ 1000..=9999, month, day] => new(year, month, day).ok(),
        _ => None,
    }
}

/// Name and length of a month, the leap day counted.
fn month_of(year: u32, month: u32) -> Option<(&'static str, u32)> {
    let (name, days) = *MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some((name, days + u32::from(month == 2 && leap)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Date, DateError> {
        text.parse()
    }

    /// Days since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    fn days_from_civil(date: Date) -> i64 {
        let (year, month, day) =
            (i64::from(date.year) - i64::from(date.month <= 2), i64::from(date.month), i64::from(date.day));
        let (era, shifted) = (year.div_euclid(400), (month + 9) % 12);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * shifted + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    #[test]
    fn accepted_dates_are_exactly_consecutive_days() {
        let mut accepted = Vec::new();
        for year in 1890..=2110 {
            for month in 0..=13 {
                for day in 0..=32 {
                    let text = format!("{year:04}-{month:02}-{day:02}");
                    if let Ok(date) = parse(&text) {
                        assert_eq!(date.to_string(), text, "a date is written as it was read");
                        accepted.push(date);
                    }
                }
            }
        }
        assert!(accepted.is_sorted());
        let days: Vec<i64> = accepted.iter().map(|date| days_from_civil(*date)).collect();
        assert!(days.windows(2).all(|pair| pair[1] == pair[0] + 1), "no day is missing, none is doubled");
        let epoch = accepted.iter().position(|date| date.to_string() == "1970-01-01");
        assert_eq!(epoch.map(|at| days[at]), Some(0));
    }

    /// Leap years: RFC 3339, Appendix C.
    #[test]
    fn leap_days_are_the_calendars() {
        for (year, leap) in [(2024, true), (2026, false), (1900, false), (2000, true), (2100, false), (2400, true)] {
            assert_eq!(parse(&format!("{year}-02-29")).is_ok(), leap, "{year}");
        }
    }

    #[test]
    fn messages_say_what_is_wrong() {
        let cases = [
            ("2026-02-30", "February 2026 has 28 days, not 30"),
            ("2024-02-30", "February 2024 has 29 days, not 30"),
            ("2026-04-00", "April 2026 has 30 days, not 0"),
            ("2026-13-01", "there is no month 13"),
            ("2026-3-4", "`2026-3-4` is not a date of the form YYYY-MM-DD"),
            ("20260304", "`20260304` is not a date of the form YYYY-MM-DD"),
            ("２０２６-03-04", "`２０２６-03-04` is not a date of the form YYYY-MM-DD"),
            ("+026-03-04", "`+026-03-04` is not a date of the form YYYY-MM-DD"),
        ];
        for (text, message) in cases {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_loosely_written_date_is_understood() {
        for text in ["2026-3-4", "2026/03/04", "2026.3.04", "2026-03-04T10:00:00Z", "2026-03-04 10:00"] {
            assert_eq!(parse(text), Err(DateError::Form { found: text.into(), meant: parse("2026-03-04").ok() }));
        }
        for text in ["04.03.2026", "yesterday", "2026-02-3x", "2026-02-31-1", ""] {
            assert_eq!(parse(text), Err(DateError::Form { found: text.into(), meant: None }), "{text}");
        }
    }
}
