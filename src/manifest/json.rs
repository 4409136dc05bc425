//! How to walk a JSON text that is mostly not wanted: enter what is wanted, step over the rest.
//!
//! A cursor over the bytes. It never recurses, so no depth of nesting can exhaust the stack, and
//! it builds nothing. What is entered is checked strictly; what is stepped over is checked only as
//! far as its quotes and brackets go, so a text that ends too early is always noticed.

mod block;
mod decode;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use decode::decode;

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

    /// Leaves an entered object whose remaining entries do not matter, a value just behind.
    pub(super) fn leave(&mut self) -> Result<(), Fault> {
        self.at = block::end_of_brackets(self.bytes, self.at, 1).ok_or_else(|| self.cut_off())?;
        Ok(())
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
        if let Some(b"null") = self.bytes.get(start..start + 4)
            && let Some(b',' | b'}') = self.bytes.get(start + 4)
        {
            self.at += 4;
            return Ok(());
        }
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
        // Half of what dbt writes is empty.
        if let Some([b'[', b']', ..] | [b'{', b'}', ..]) = self.bytes.get(self.at..) {
            self.at += 2;
            return Ok(());
        }
        let end = block::end_of_brackets(self.bytes, self.at, 0).ok_or_else(|| self.cut_off())?;
        self.at = end;
        Ok(())
    }

    /// The string whose opening quote is under the cursor.
    fn quoted(&mut self) -> Result<Quoted<'a>, Fault> {
        let start = self.at + 1;
        let (end, has_escape) =
            block::end_of_string(self.bytes, start).ok_or_else(|| self.cut_off())?;
        self.at = end + 1;
        let body = self.bytes.get(start..end).unwrap_or_default();
        Ok(Quoted {
            body,
            start,
            has_escape,
        })
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
        match std::str::from_utf8(self.body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(self.body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
