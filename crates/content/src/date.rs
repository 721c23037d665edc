//! Calendar dates as the pages show them.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026-03-08` → `8 March 2026`; anything else unchanged.
pub fn long(iso: &str) -> String {
    match parts(iso) {
        Some((year, month, day)) => [day, " ", month, " ", year].concat(),
        None => iso.to_owned(),
    }
}

/// `2026-03-08` → `8 March`, for lists that stand under their year; anything else unchanged.
pub fn short(iso: &str) -> String {
    match parts(iso) {
        Some((_, month, day)) => [day, " ", month].concat(),
        None => iso.to_owned(),
    }
}

/// `2026-03-08` → `2026`.
pub fn year(iso: &str) -> &str {
    iso.split('-').next().unwrap_or(iso)
}

fn parts(iso: &str) -> Option<(&str, &'static str, &str)> {
    let mut fields = iso.splitn(3, '-');
    let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let is_day = day.len() == 2 && day.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| (year, *month, day.trim_start_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(long("2026-03-08"), "8 March 2026");
        assert_eq!(long("2025-12-31"), "31 December 2025");
        assert_eq!(short("2026-01-20"), "20 January");
        assert_eq!(year("2026-03-08"), "2026");
    }

    #[test]
    fn anything_else_is_left_alone() {
        for text in ["", "soon", "2026", "2026-13-01", "2026-00-01", "2026-03", "2026-03-x1", "2026-03-1"] {
            assert_eq!((long(text).as_str(), short(text).as_str()), (text, text));
        }
    }
}
