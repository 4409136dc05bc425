//! When is a deprecation date?

use jiff::{Timestamp, civil, tz::TimeZone};

/// The moment that a date or time stands for: a date its first moment, a time without an offset
/// the one in the local zone (dbt-core `contracts/graph/unparsed.py`). `None` for what is neither.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let local: civil::DateTime = match text.parse::<civil::DateTime>() {
        Ok(moment) => moment,
        Err(_) => text
            .parse::<civil::Date>()
            .ok()?
            .to_datetime(civil::Time::midnight()),
    };
    Some(local.to_zoned(TimeZone::system()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, moment};

    #[test]
    fn dates_times_and_offsets_are_read() {
        let at = |text| moment(text).map(Timestamp::as_second);
        assert_eq!(at("2099-01-01T00:00:00+00:00"), Some(4_070_908_800));
        assert_eq!(
            at("2099-01-01T01:00:00+01:00"),
            at("2099-01-01T00:00:00+00:00")
        );
        assert!(at("2099-01-01").is_some() && at("2099-01-01 10:00").is_some());
        assert_eq!(at("soon"), None);
    }
}
