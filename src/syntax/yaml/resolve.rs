//! Which value a plain scalar is: the YAML 1.1 rules as PyYAML's safe loader has them, where `yes`
//! is true, `012` is ten and `1:30` is ninety.

use std::borrow::Cow;

/// The value of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point; also a whole number too large for [`Resolved::Int`].
    Float(f64),
    /// A date, or a date and time.
    Timestamp,
    /// A text.
    Str,
}

/// The value of the plain scalar `text`.
pub(super) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Bool(true);
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return Resolved::Str;
    }
    if let Some(int) = int(text) {
        return int;
    }
    if let Some(float) = float(text) {
        return Resolved::Float(float);
    }
    if is_timestamp(text) {
        Resolved::Timestamp
    } else {
        Resolved::Str
    }
}

/// What Python's `str()` makes of the value `resolved` of `text`.
pub(super) fn python_str(text: &str, resolved: Resolved) -> Cow<'_, str> {
    match resolved {
        Resolved::Null => "None".into(),
        Resolved::Bool(true) => "True".into(),
        Resolved::Bool(false) => "False".into(),
        Resolved::Int(int) => int.to_string().into(),
        Resolved::Float(_) if int(text).is_some() => text
            .replace('_', "")
            .trim_start_matches('+')
            .to_owned()
            .into(),
        Resolved::Float(float) => python_float(float).into(),
        Resolved::Timestamp => python_timestamp(text),
        Resolved::Str => text.into(),
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn int(text: &str) -> Option<Resolved> {
    let (is_negative, digits) = sign(text);
    let value = if let Some(binary) = digits.strip_prefix("0b") {
        radix(binary, 2)?
    } else if let Some(hex) = digits.strip_prefix("0x") {
        radix(hex, 16)?
    } else if digits == "0" {
        0.0.into()
    } else if let Some(octal) = digits.strip_prefix('0') {
        radix(octal, 8)?
    } else if digits.contains(':') {
        sexagesimal(digits)?
    } else if digits.starts_with(|c: char| c.is_ascii_digit()) {
        radix(digits, 10)?
    } else {
        return None;
    };
    let value = if is_negative { value.negated() } else { value };
    Some(value.resolved())
}

/// A whole number, exact where it fits.
#[derive(Clone, Copy)]
struct Whole {
    exact: Option<i128>,
    rough: f64,
}

impl From<f64> for Whole {
    fn from(_: f64) -> Self {
        Self {
            exact: Some(0),
            rough: 0.0,
        }
    }
}

impl Whole {
    fn push(self, base: u32, digit: u32) -> Self {
        let exact = self.exact.and_then(|exact| {
            exact
                .checked_mul(i128::from(base))?
                .checked_add(i128::from(digit))
        });
        let rough = self.rough * f64::from(base) + f64::from(digit);
        Self { exact, rough }
    }

    fn negated(self) -> Self {
        Self {
            exact: self.exact.map(|exact| -exact),
            rough: -self.rough,
        }
    }

    fn resolved(self) -> Resolved {
        match self.exact.and_then(|exact| i64::try_from(exact).ok()) {
            Some(int) => Resolved::Int(int),
            None => Resolved::Float(self.rough),
        }
    }
}

/// The number that the digits and underscores of `digits` write.
fn radix(digits: &str, base: u32) -> Option<Whole> {
    if digits.is_empty() || !digits.bytes().any(|byte| byte != b'_') {
        return None;
    }
    let mut whole = Whole::from(0.0);
    for character in digits.chars().filter(|c| *c != '_') {
        whole = whole.push(base, character.to_digit(base)?);
    }
    Some(whole)
}

/// `1:30` is ninety.
fn sexagesimal(digits: &str) -> Option<Whole> {
    let mut parts = digits.split(':');
    let mut whole = radix(parts.next()?, 10)?;
    for part in parts {
        whole = whole.push(60, sixtieth(part)?);
    }
    Some(whole)
}

fn sixtieth(part: &str) -> Option<u32> {
    let is_number = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
    part.parse().ok().filter(|number| is_number && *number < 60)
}

fn float(text: &str) -> Option<f64> {
    let (is_negative, digits) = sign(text);
    let signed = |value: f64| if is_negative { -value } else { value };
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if digits.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (whole, rest) = digits.split_once('.')?;
    if whole.contains(':') {
        let mut parts = whole.split(':');
        let mut value = parts.next().and_then(|first| radix(first, 10))?.rough;
        for part in parts {
            value = value * 60.0 + f64::from(sixtieth(part)?);
        }
        let is_fraction = rest.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let fraction: f64 = format!("0.{}", rest.replace('_', "")).parse().ok()?;
        return is_fraction.then(|| signed(value + fraction));
    }
    // A number that starts with its point takes no sign and needs a digit behind the point.
    if whole.is_empty()
        && (digits.len() != text.len() || !rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    if !whole.is_empty() && !whole.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (fraction, exponent) = match rest.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, Some(exponent)),
        None => (rest, None),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let is_exponent = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|e| !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit()))
    });
    if !is_digits(whole) || !is_digits(fraction) || !is_exponent {
        return None;
    }
    let plain = digits.replace('_', "");
    plain.parse().ok().map(signed)
}

/// Python writes the fewest digits that read back, from 1e16 and below 1e-4 with an exponent of at
/// least two digits.
fn python_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let text = format!("{value:?}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// The parts of a date and time as they are written.
struct Written<'a> {
    date: [&'a str; 3],
    time: Option<Time<'a>>,
}

struct Time<'a> {
    hour: &'a str,
    minute: &'a str,
    second: &'a str,
    fraction: Option<&'a str>,
    zone: &'a str,
}

fn is_timestamp(text: &str) -> bool {
    timestamp(text).is_some()
}

/// Takes `least..=most` digits off the front.
fn digits(text: &str, least: usize, most: usize) -> Option<(&str, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    (count >= least).then(|| text.split_at(count))
}

fn timestamp(text: &str) -> Option<Written<'_>> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let date = [year, month, day];
    if rest.is_empty() {
        let is_date = month.len() == 2 && day.len() == 2;
        return is_date.then_some(Written { date, time: None });
    }
    let clock = rest.trim_start_matches([' ', '\t']);
    let clock = if clock.len() == rest.len() {
        rest.strip_prefix(['T', 't'])?
    } else {
        clock
    };
    let (hour, rest) = digits(clock, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = digits(rest, 0, usize::MAX)?;
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    let zone = rest.trim_start_matches([' ', '\t']);
    is_zone(zone).then_some(Written {
        date,
        time: Some(Time {
            hour,
            minute,
            second,
            fraction,
            zone,
        }),
    })
}

fn is_zone(zone: &str) -> bool {
    if zone.is_empty() || zone == "Z" {
        return true;
    }
    let Some((_, rest)) = zone.strip_prefix(['-', '+']).and_then(|z| digits(z, 1, 2)) else {
        return false;
    };
    rest.is_empty()
        || rest
            .strip_prefix(':')
            .and_then(|minutes| digits(minutes, 2, 2))
            .is_some_and(|(_, rest)| rest.is_empty())
}

/// `2024-01-05`, `2024-01-05 10:00:00.500000+02:00`.
fn python_timestamp(text: &str) -> Cow<'_, str> {
    let Some(Written { date, time }) = timestamp(text) else {
        return text.into();
    };
    let [year, month, day] = date;
    let mut out = format!("{year}-{month:0>2}-{day:0>2}");
    let Some(time) = time else {
        return out.into();
    };
    let clock = format!(" {:0>2}:{}:{}", time.hour, time.minute, time.second);
    out += &clock;
    let fraction: String = time.fraction.unwrap_or("").chars().take(6).collect();
    if fraction.bytes().any(|byte| byte != b'0') {
        let fraction = format!(".{fraction:0<6}");
        out += &fraction;
    }
    out += &python_zone(time.zone);
    out.into()
}

fn python_zone(zone: &str) -> String {
    if zone.is_empty() {
        return String::new();
    }
    if zone == "Z" {
        return "+00:00".to_owned();
    }
    let (sign, rest) = zone.split_at(1);
    let (hour, minute) = rest.split_once(':').unwrap_or((rest, "00"));
    format!("{sign}{hour:0>2}:{minute}")
}
