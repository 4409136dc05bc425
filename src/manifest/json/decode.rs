//! The characters that a JSON string stands for.

/// The text that the body of a JSON string stands for. Total: an escape that means nothing, half
/// a surrogate pair and what is no UTF-8 become replacement characters.
pub(crate) fn decode(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(found) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(found);
        push_plain(&mut text, plain);
        let (character, length) = unescape(escape);
        text.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    push_plain(&mut text, rest);
    text
}

fn push_plain(text: &mut String, plain: &[u8]) {
    match std::str::from_utf8(plain) {
        Ok(plain) => text.push_str(plain),
        Err(_) => text.push_str(&String::from_utf8_lossy(plain)),
    }
}

/// The character that the escape at the start of `escape` stands for, and the escape's length.
fn unescape(escape: &[u8]) -> (char, usize) {
    let character = match escape.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'u') => return unescape_unicode(escape),
        Some(_) | None => char::REPLACEMENT_CHARACTER,
    };
    (character, 2)
}

fn unescape_unicode(escape: &[u8]) -> (char, usize) {
    const SHORT: usize = 6;
    let Some(first) = hex(escape) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    if let Some(character) = char::from_u32(first) {
        return (character, SHORT);
    }
    let second = escape.get(SHORT..).and_then(hex);
    match (first, second) {
        (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                2 * SHORT,
            )
        }
        _ => (char::REPLACEMENT_CHARACTER, SHORT),
    }
}

/// The number of the `\uXXXX` at the start of `escape`.
fn hex(escape: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = escape.get(..6)? else {
        return None;
    };
    digits.iter().try_fold(0, |code, &digit| {
        Some(code * 16 + char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_characters() {
        let cases = [
            (r#"a\nb\t\"\\\/"#, "a\nb\t\"\\/"),
            (r"\u00e9\ud83e\uddf8", "é🧸"),
            (r"\ud83e!", "\u{fffd}!"),
            (r"\udDF8\ud83e\u0041", "\u{fffd}\u{fffd}A"),
            (r"\u12", "\u{fffd}12"),
            (r"\q", "\u{fffd}"),
            ("\\", "\u{fffd}"),
        ];
        for (body, text) in cases {
            assert_eq!(decode(body.as_bytes()), text, "{body}");
        }
        assert_eq!(decode(b"a\xffb"), "a\u{fffd}b");
    }
}
