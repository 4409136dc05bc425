//! What text does a string literal stand for? Python's escapes, as Jinja2 applies them.

use std::borrow::Cow;

/// The text that `raw`, the inside of the quotes, stands for.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['\\', '\r']) {
        text.push_str(rest.get(..at).unwrap_or(""));
        let found = rest.get(at..).unwrap_or("");
        let taken = if found.starts_with('\\') {
            escape(found, &mut text)
        } else {
            // Jinja2 reads every line end as one `\n`.
            text.push('\n');
            if found.starts_with("\r\n") { 2 } else { 1 }
        };
        rest = found.get(taken..).unwrap_or("");
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Adds what the escape at the start of `found` stands for; gives the number of bytes it takes.
/// An escape that Python does not know stays as it is.
fn escape(found: &str, text: &mut String) -> usize {
    let Some(letter) = found.get(1..).and_then(|rest| rest.chars().next()) else {
        text.push('\\');
        return 1;
    };
    let simple = match letter {
        '\n' => return 2,
        '\r' => return if found.starts_with("\\\r\n") { 3 } else { 2 },
        '\\' | '\'' | '"' => letter,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return numeric(found, 2..4, 16, text),
        'u' => return numeric(found, 2..6, 16, text),
        'U' => return numeric(found, 2..10, 16, text),
        '0'..='7' => {
            let digits = found.bytes().skip(1).take(3);
            let count = digits.take_while(|b| (b'0'..=b'7').contains(b)).count();
            return numeric(found, 1..1 + count, 8, text);
        }
        other => {
            text.push('\\');
            text.push(other);
            return 1 + other.len_utf8();
        }
    };
    text.push(simple);
    2
}

fn numeric(found: &str, digits: std::ops::Range<usize>, radix: u32, text: &mut String) -> usize {
    let end = digits.end;
    let character = found
        .get(digits)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .and_then(char::from_u32);
    if let Some(character) = character {
        text.push(character);
        end
    } else {
        text.push('\\');
        1
    }
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_pythons() {
        assert_eq!(unescape(r"a\'b\\c\n\x41\u00e9\101\d"), "a'b\\c\nAéA\\d");
        assert_eq!(unescape("a\r\nb\\\nc"), "a\nbc");
        assert_eq!(unescape(r"\x4 \u12 \"), r"\x4 \u12 \");
    }
}
