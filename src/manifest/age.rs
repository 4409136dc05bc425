//! How old a manifest is, in words. The time that it is now comes from the caller.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The moment that a manifest's `generated_at` names; without an offset it is UTC.
#[must_use]
pub fn generated_at(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let moment: DateTime = text.parse().ok()?;
    TimeZone::UTC
        .to_ambiguous_timestamp(moment)
        .compatible()
        .ok()
}

/// How old what was generated at `text` is at `now`, as in `3 days old`; clocks that disagree
/// make it new, never older than it is.
#[must_use]
pub fn age(text: &str, now: Timestamp) -> Option<String> {
    let age = now
        .duration_since(generated_at(text)?)
        .max(SignedDuration::ZERO);
    let minutes = age.as_mins();
    Some(match (minutes, minutes / 60, minutes / (60 * 24)) {
        (0, ..) => "less than a minute old".to_owned(),
        (_, 0, _) => counted(minutes, "minute"),
        (_, hours, 0) => counted(hours, "hour"),
        (_, _, days @ ..60) => counted(days, "day"),
        (_, _, days @ ..730) => counted(days / 30, "month"),
        (_, _, days) => counted(days / 365, "year"),
    })
}

fn counted(count: i64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} old")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_their_largest_sensible_unit() {
        let now: Timestamp = "2026-11-04T12:00:00Z".parse().unwrap();
        let cases = [
            ("2026-11-04T11:59:30.000000Z", "less than a minute old"),
            ("2026-11-04T11:59:00Z", "1 minute old"),
            ("2026-11-04T10:00:00Z", "2 hours old"),
            ("2026-11-04T12:00:00+01:00", "1 hour old"),
            ("2026-11-01T12:00:00.123456", "2 days old"),
            ("2026-11-01T12:00:00", "3 days old"),
            ("2026-06-01T00:00:00Z", "5 months old"),
            ("2020-06-01T00:00:00Z", "6 years old"),
            ("2027-01-01T00:00:00Z", "less than a minute old"),
        ];
        for (text, words) in cases {
            assert_eq!(age(text, now).as_deref(), Some(words), "{text}");
        }
        assert_eq!(age("yesterday", now), None);
        assert_eq!(age("", now), None);
    }
}
