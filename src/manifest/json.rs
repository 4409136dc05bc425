//! How to walk a JSON text that is mostly not wanted: enter what is wanted, step over the rest.
//!
//! A cursor over the bytes. It never recurses, so no depth of nesting can exhaust the stack, and
//! it builds nothing. What is entered is checked strictly; what is stepped over is checked only as
//! far as its quotes and brackets go, so a text that ends too early is always noticed.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// Where and how a text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte at which it was noticed.
    pub(super) at: usize,
    /// What stands wrong there.
    pub(super) message: &'static str,
    /// Whether the text simply ends: all before it was fine.
    pub(super) is_cut_off: bool,
}

/// What a value begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    /// A number, `true`, `false` or `null`.
    Word,
}

/// A place in a JSON text.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The entries of an object or the items of an array that is being walked.
pub(super) struct Walk {
    is_first: bool,
}

/// A JSON string as it stands between its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted<'a> {
    /// The bytes between the quotes, escapes as they are.
    pub(super) body: &'a [u8],
    /// Where the body begins.
    pub(super) start: usize,
    has_escape: bool,
}

impl<'a> Cursor<'a> {
    /// A cursor at `at` of `bytes`.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// What the next value is.
    pub(super) fn kind(&mut self) -> Result<Kind, Fault> {
        match self.next_byte()? {
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'"' => Ok(Kind::Text),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'N' | b'I' => Ok(Kind::Word),
            _ => Err(self.fault("a value is expected")),
        }
    }

    /// Enters the object that stands here; anything else is stepped over, and `None`.
    pub(super) fn object(&mut self) -> Result<Option<Walk>, Fault> {
        self.enter(Kind::Object)
    }

    /// Enters the array that stands here; anything else is stepped over, and `None`.
    pub(super) fn array(&mut self) -> Result<Option<Walk>, Fault> {
        self.enter(Kind::Array)
    }

    fn enter(&mut self, wanted: Kind) -> Result<Option<Walk>, Fault> {
        if self.kind()? == wanted {
            self.at += 1;
            return Ok(Some(Walk { is_first: true }));
        }
        self.skip()?;
        Ok(None)
    }

    /// The next key of an entered object, its value next under the cursor; `None` at its end.
    /// The value must be read or skipped before the next call.
    pub(super) fn key(&mut self, walk: &mut Walk) -> Result<Option<Cow<'a, [u8]>>, Fault> {
        if !self.advance(walk, b'}')? {
            return Ok(None);
        }
        if self.next_byte()? != b'"' {
            return Err(self.fault("a key in double quotes is expected"));
        }
        let key = self.quoted()?.bytes();
        if self.next_byte()? != b':' {
            return Err(self.fault("a colon is expected"));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether an entered array has another item, which is then under the cursor.
    pub(super) fn item(&mut self, walk: &mut Walk) -> Result<bool, Fault> {
        self.advance(walk, b']')
    }

    fn advance(&mut self, walk: &mut Walk, close: u8) -> Result<bool, Fault> {
        let is_first = std::mem::replace(&mut walk.is_first, false);
        let byte = self.next_byte()?;
        if byte == close {
            self.at += 1;
            return Ok(false);
        }
        if is_first {
            return Ok(true);
        }
        if byte != b',' {
            return Err(self.fault("a comma or a closing bracket is expected"));
        }
        self.at += 1;
        if self.next_byte()? == close {
            return Err(self.fault("a comma stands before a closing bracket"));
        }
        Ok(true)
    }

    /// The string that stands here; anything else is stepped over, and `None`.
    pub(super) fn text(&mut self) -> Result<Option<Quoted<'a>>, Fault> {
        if self.kind()? == Kind::Text {
            return self.quoted().map(Some);
        }
        self.skip()?;
        Ok(None)
    }

    /// The number or word that stands here, as written; anything else is stepped over, and `None`.
    pub(super) fn word(&mut self) -> Result<Option<&'a str>, Fault> {
        if self.kind()? != Kind::Word {
            self.skip()?;
            return Ok(None);
        }
        let start = self.at;
        self.skip_word()?;
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        Ok(std::str::from_utf8(word).ok())
    }

    /// Whether `true` stands here; any value is stepped over.
    pub(super) fn is_true(&mut self) -> Result<bool, Fault> {
        Ok(self.word()? == Some("true"))
    }

    /// Steps over the value that stands here.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        match self.kind()? {
            Kind::Object | Kind::Array => self.skip_brackets(),
            Kind::Text => self.quoted().map(drop),
            Kind::Word => self.skip_word(),
        }
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.at < self.bytes.len() {
            return Err(self.fault("more text follows the end of the JSON"));
        }
        Ok(())
    }

    /// The next byte that is no white space, the cursor on it.
    fn next_byte(&mut self) -> Result<u8, Fault> {
        // One space after a colon or a comma is what dbt writes.
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => return Ok(byte),
            _ => self.skip_space(),
        }
        self.bytes
            .get(self.at)
            .copied()
            .ok_or_else(|| self.cut_off())
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn skip_word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') =
            self.bytes.get(self.at)
        {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        if is_json_word(word) {
            return Ok(());
        }
        if self.at == self.bytes.len() {
            return Err(self.cut_off());
        }
        self.at = start;
        Err(self.fault("a value is expected"))
    }

    fn skip_brackets(&mut self) -> Result<(), Fault> {
        let mut depth = 0_usize;
        loop {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(self.cut_off());
            };
            match byte {
                b'"' => {
                    self.quoted()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The string whose opening quote is under the cursor.
    fn quoted(&mut self) -> Result<Quoted<'a>, Fault> {
        let start = self.at + 1;
        let mut at = start;
        let mut has_escape = false;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = quote_or_escape(rest) else {
                self.at = self.bytes.len();
                return Err(self.cut_off());
            };
            at += found;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                let body = self.bytes.get(start..at).unwrap_or_default();
                return Ok(Quoted {
                    body,
                    start,
                    has_escape,
                });
            }
            has_escape = true;
            at += 2;
        }
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault {
            at: self.at,
            message,
            is_cut_off: false,
        }
    }

    fn cut_off(&self) -> Fault {
        Fault {
            at: self.bytes.len(),
            message: "the text ends too early",
            is_cut_off: true,
        }
    }
}

/// Most strings are short, and for those a plain loop beats the call.
fn quote_or_escape(rest: &[u8]) -> Option<usize> {
    const SHORT: usize = 16;
    let head = rest.get(..SHORT).unwrap_or(rest);
    if let Some(found) = head.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        return Some(found);
    }
    let tail = rest.get(SHORT..)?;
    memchr2(b'"', b'\\', tail).map(|found| found + SHORT)
}

/// Whether `word` is a number or one of the words that Python's reader takes.
fn is_json_word(word: &[u8]) -> bool {
    match word {
        b"true" | b"false" | b"null" | b"NaN" | b"Infinity" | b"-Infinity" => true,
        [b'-', digits @ ..] | digits => {
            digits.first().is_some_and(u8::is_ascii_digit)
                && digits
                    .iter()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        }
    }
}

impl<'a> Quoted<'a> {
    /// Where the body stands in the text.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.body.len()
    }

    /// The bytes that it stands for.
    fn bytes(&self) -> Cow<'a, [u8]> {
        if self.has_escape {
            return Cow::Owned(decode(self.body).into_bytes());
        }
        Cow::Borrowed(self.body)
    }

    /// The text that it stands for; what is no UTF-8 becomes replacement characters.
    pub(super) fn text(&self) -> Cow<'a, str> {
        if self.has_escape {
            return Cow::Owned(decode(self.body));
        }
        String::from_utf8_lossy(self.body)
    }
}

/// The text that the body of a JSON string stands for. Total: an escape that means nothing, half
/// a surrogate pair and what is no UTF-8 become replacement characters.
pub(super) fn decode(body: &[u8]) -> String {
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

    #[test]
    fn anything_is_stepped_over_and_its_end_is_found() {
        for value in [
            "1",
            "-1.5e3",
            "null",
            "NaN",
            r#""a\"]""#,
            r#"[1,{"]":"}"},[]]"#,
            "{}",
        ] {
            let text = format!(" {value} ,");
            let mut cursor = Cursor::new(text.as_bytes(), 0);
            cursor.skip().unwrap();
            assert_eq!(cursor.at, value.len() + 1, "{value}");
        }
    }

    #[test]
    fn nesting_of_any_depth_is_stepped_over() {
        let text = "[".repeat(1_000_000);
        let fault = Cursor::new(text.as_bytes(), 0).skip().unwrap_err();
        assert!(fault.is_cut_off);
        let text = text + &"]".repeat(1_000_000);
        assert_eq!(Cursor::new(text.as_bytes(), 0).skip(), Ok(()));
    }

    #[test]
    fn entered_objects_are_strict() {
        let walk = |text: &str| -> Result<usize, Fault> {
            let mut cursor = Cursor::new(text.as_bytes(), 0);
            let mut count = 0;
            if let Some(mut walk) = cursor.object()? {
                while cursor.key(&mut walk)?.is_some() {
                    cursor.skip()?;
                    count += 1;
                }
            }
            cursor.end()?;
            Ok(count)
        };
        assert_eq!(walk(r#" { "a" : 1 , "b" : [ ] } "#), Ok(2));
        assert_eq!(walk("[1]"), Ok(0));
        for bad in [
            "{,}",
            r#"{"a":1,}"#,
            "{a:1}",
            r#"{"a" 1}"#,
            r#"{"a":1 "b":2}"#,
            "{} {}",
        ] {
            assert!(!walk(bad).unwrap_err().is_cut_off, "{bad}");
        }
        assert!(!walk(r#"{"a":nil,"b":1}"#).unwrap_err().is_cut_off);
    }
}
