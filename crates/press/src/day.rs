//! A post's date as machines write it: midnight, universal time.

use anyhow::{Context, Result};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};

/// Today in universal time, `YYYY-MM-DD`.
pub fn today() -> String {
    Utc::now().date_naive().to_string()
}

/// Whether `text` is a real date written `YYYY-MM-DD`.
///
/// # Errors
/// It is not; the sentence says what is expected.
pub fn check(text: &str) -> Result<()> {
    midnight(text).map(|_| ())
}

/// The moment at which the day begins in universal time.
///
/// # Errors
/// `date` is not `YYYY-MM-DD`.
pub fn midnight(date: &str) -> Result<DateTime<FixedOffset>> {
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d")
        .with_context(|| format!("`{date}` is not a date of the form YYYY-MM-DD"))?;
    Ok(day.and_time(NaiveTime::MIN).and_utc().fixed_offset())
}

/// `2026-03-08` → `2026-03-08T00:00:00Z`. Source: RFC 3339, §5.6.
///
/// # Errors
/// As [`midnight`].
pub fn rfc3339(date: &str) -> Result<String> {
    Ok(midnight(date)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// `2026-03-08` → `Sun, 8 Mar 2026 00:00:00 +0000`. Source: RFC 822, §5, with the four-digit year that RSS allows.
///
/// # Errors
/// As [`midnight`].
pub fn rfc822(date: &str) -> Result<String> {
    Ok(midnight(date)?.to_rfc2822())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weekday: 8 March 2026 is a Sunday, 29 February 2024 a Thursday (`cal` of util-linux).
    #[test]
    fn dates_are_written_as_feeds_want_them() {
        assert_eq!(rfc3339("2026-03-08").unwrap(), "2026-03-08T00:00:00Z");
        assert_eq!(rfc822("2026-03-08").unwrap(), "Sun, 8 Mar 2026 00:00:00 +0000");
        assert_eq!(rfc822("2024-02-29").unwrap(), "Thu, 29 Feb 2024 00:00:00 +0000");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["2026-02-30", "8 March 2026", "", "2026-3"] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn today_is_a_date() {
        assert!(check(&today()).is_ok());
    }
}
