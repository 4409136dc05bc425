//! Which tokens stand in an expression? Knows strings, numbers, names and operators; the ends of
//! tags are [`super::scanner`]'s.

use super::literal::unescape;
use crate::text::Span;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// The kinds of tokens. Words such as `and` are names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Name,
    Integer,
    Float,
    /// A string: how many bytes open and close it. An unclosed one has no closing bytes.
    String {
        opening: u8,
        closing: u8,
    },
    /// A value of another language that Jinja has no word for, such as an f-string of Python.
    Opaque,
    Plus,
    Minus,
    Star,
    DoubleStar,
    Slash,
    DoubleSlash,
    Percent,
    Tilde,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Assign,
    Dot,
    Colon,
    Pipe,
    Comma,
    Semicolon,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Unknown,
}

impl Token {
    /// The text inside the quotes of a string, and all of any other token.
    pub fn content(self) -> Span {
        match self.kind {
            TokenKind::String { opening, closing } => Span::new(
                self.start + usize::from(opening),
                self.end - usize::from(closing),
            ),
            _ => Span::new(self.start, self.end),
        }
    }

    /// The text of the token.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The text that a string token stands for.
    pub fn string(self, text: &str) -> std::borrow::Cow<'_, str> {
        unescape(self.content().of(text))
    }
}

/// Whether `byte` can stand in a name. Every byte of a character beyond ASCII can.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a character beyond ASCII is a mark of punctuation, a sign, or one that nobody sees: one
/// that Python has in no name, such as the quotes of typesetters.
fn is_mark(character: char) -> bool {
    let is_joiner = matches!(character, '\u{203f}' | '\u{2040}' | '\u{2054}');
    let is_of_marks = matches!(
        character,
        '\u{a1}'..='\u{bf}' | '×' | '÷' | '\u{200b}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}'
            | '\u{3001}'..='\u{303f}' | '\u{feff}' | '\u{ff01}'..='\u{ff0f}'
    );
    is_of_marks && !character.is_alphanumeric() && !is_joiner && character != '·'
}

/// How many bytes the blank at `at` has, where one stands there: what `\s` is for Python.
pub(crate) fn blank(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(b' ' | b'\t'..=b'\r' | 0x1c..=0x1f) => 1,
        Some(0x80..) => {
            let character = text.get(at..).and_then(|rest| rest.chars().next());
            let character = character.filter(|it| it.is_whitespace());
            character.map_or(0, char::len_utf8)
        }
        Some(_) | None => 0,
    }
}

/// The tokens of a bare expression.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut wasted = 0;
    while at < bytes.len() {
        let width = blank(text, at);
        if width > 0 {
            at += width;
            continue;
        }
        // Strings without an end look far ahead; behind some of them no farther than this.
        let mut limit = bytes.len();
        if wasted > 4 * bytes.len() + 4096 {
            limit = limit.min(at + 1024);
            while !text.is_char_boundary(limit) {
                limit += 1;
            }
        }
        let after_dot = tokens
            .last()
            .is_some_and(|last| last.kind == TokenKind::Dot);
        let (token, looked_at) = token(text, at, limit, after_dot);
        wasted += looked_at;
        at = token.end.max(at + 1);
        tokens.push(token);
    }
    tokens
}

/// The token at `at`, which must be behind blanks and before `limit`. `after_dot` says that a
/// number is an index such as in `a.0.1`. Also says how many bytes were looked at in vain.
pub(crate) fn token(text: &str, at: usize, limit: usize, after_dot: bool) -> (Token, usize) {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..limit).unwrap_or(bytes);
    let byte = bytes.get(at).copied().unwrap_or(0);
    if byte == b'\'' || byte == b'"' {
        return string(text, at, limit);
    }
    let (kind, end) = if byte.is_ascii_digit() {
        number(bytes, at, after_dot)
    } else if is_word(byte) {
        let end = word_end(bytes, at);
        let word = text.get(at..end).unwrap_or("");
        // A blank or a mark beyond ASCII ends a word, too.
        match word.find(|it: char| it.is_whitespace() || is_mark(it)) {
            Some(0) => {
                let width = word.chars().next().map_or(1, char::len_utf8);
                (TokenKind::Unknown, at + width)
            }
            Some(width) => (TokenKind::Name, at + width),
            None => (TokenKind::Name, end),
        }
    } else {
        operator(text, bytes, at)
    };
    (
        Token {
            kind,
            start: at,
            end,
        },
        0,
    )
}

/// Where the word that starts at `at` ends.
pub(crate) fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().take_while(|byte| is_word(**byte)).count()
}

fn number(bytes: &[u8], at: usize, after_dot: bool) -> (TokenKind, usize) {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or(&[]);
        let is_digit = |b: &&u8| b.is_ascii_digit() || **b == b'_';
        from + rest.iter().take_while(is_digit).count()
    };
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let marker = bytes.get(at + 1).map(u8::to_ascii_lowercase);
    if bytes.get(at) == Some(&b'0') && matches!(marker, Some(b'x' | b'o' | b'b')) {
        return (TokenKind::Integer, word_end(bytes, at));
    }
    let mut end = digits(at);
    let mut kind = TokenKind::Integer;
    if after_dot {
        return (kind, end);
    }
    if bytes.get(end) == Some(&b'.') && is_digit(end + 1) {
        end = digits(end + 1);
        kind = TokenKind::Float;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if is_digit(end + 1 + sign) {
            end = digits(end + 1 + sign);
            kind = TokenKind::Float;
        }
    }
    (kind, end)
}

fn operator(text: &str, bytes: &[u8], at: usize) -> (TokenKind, usize) {
    use TokenKind as Kind;
    let two = match bytes.get(at..at + 2) {
        Some(b"**") => Some(Kind::DoubleStar),
        Some(b"//") => Some(Kind::DoubleSlash),
        Some(b"==") => Some(Kind::Equal),
        Some(b"!=") => Some(Kind::NotEqual),
        Some(b"<=") => Some(Kind::LessOrEqual),
        Some(b">=") => Some(Kind::GreaterOrEqual),
        _ => None,
    };
    if let Some(kind) = two {
        return (kind, at + 2);
    }
    let one = match bytes.get(at).copied().unwrap_or(0) {
        b'+' => Kind::Plus,
        b'-' => Kind::Minus,
        b'*' => Kind::Star,
        b'/' => Kind::Slash,
        b'%' => Kind::Percent,
        b'~' => Kind::Tilde,
        b'<' => Kind::Less,
        b'>' => Kind::Greater,
        b'=' => Kind::Assign,
        b'.' => Kind::Dot,
        b':' => Kind::Colon,
        b'|' => Kind::Pipe,
        b',' => Kind::Comma,
        b';' => Kind::Semicolon,
        b'(' => Kind::LeftParenthesis,
        b')' => Kind::RightParenthesis,
        b'[' => Kind::LeftBracket,
        b']' => Kind::RightBracket,
        b'{' => Kind::LeftBrace,
        b'}' => Kind::RightBrace,
        _ => Kind::Unknown,
    };
    let width = text.get(at..).and_then(|rest| rest.chars().next());
    (one, at + width.map_or(1, char::len_utf8))
}

/// A string. A half-typed one must not swallow the text up to the next quote, which as a rule
/// opens a string of SQL, so a closing quote is believed only where the text behind it can follow
/// a string.
fn string(text: &str, start: usize, limit: usize) -> (Token, usize) {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..limit).unwrap_or(bytes);
    let quote = bytes.get(start).copied().unwrap_or(b'\'');
    let closing = closing_quote(bytes, start + 1, quote);
    if let Some(end) = closing
        && is_believable(bytes, start + 1, end)
    {
        let kind = TokenKind::String {
            opening: 1,
            closing: 1,
        };
        let end = end + 1;
        return (Token { kind, start, end }, 0);
    }
    let looked_at = closing.unwrap_or(limit) - start;
    let kind = TokenKind::String {
        opening: 1,
        closing: 0,
    };
    let end = unclosed_end(bytes, start + 1);
    (Token { kind, start, end }, looked_at)
}

/// A string as Jinja reads it: up to its closing quote, wherever that is.
pub(crate) fn trusted_string(text: &str, start: usize) -> Option<Token> {
    let quote = text.as_bytes().get(start).copied();
    let quote = quote.filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let end = closing_quote(text.as_bytes(), start + 1, quote)? + 1;
    let kind = TokenKind::String {
        opening: 1,
        closing: 1,
    };
    Some(Token { kind, start, end })
}

/// Where a string ends whose inside starts at `from`.
pub(crate) fn closing_quote(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&quote) {
            return Some(found);
        }
        at = found + 2;
    }
}

/// Whether the quote at `end` closes the string whose inside starts at `start`.
fn is_believable(bytes: &[u8], start: usize, end: usize) -> bool {
    let inside = bytes.get(start..end).unwrap_or(&[]);
    let next = bytes.get(end + 1).copied().unwrap_or(0);
    if memchr::memchr3(b'\n', b'{', b'}', inside).is_none() || is_plain(inside) {
        return !is_word(next) || follows_value(bytes, end + 1);
    }
    can_follow_string(bytes, end + 1)
}

/// Whether every brace in `inside` has its partner there, and there is no line end.
fn is_plain(inside: &[u8]) -> bool {
    let mut depth = 0_i32;
    for byte in inside {
        match byte {
            b'\n' => return false,
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

fn follows_value(bytes: &[u8], at: usize) -> bool {
    const WORDS: [&[u8]; 8] = [
        b"if",
        b"else",
        b"is",
        b"in",
        b"not",
        b"and",
        b"or",
        b"recursive",
    ];
    let word = bytes.get(at..word_end(bytes, at)).unwrap_or(&[]);
    WORDS.contains(&word)
}

fn can_follow_string(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let at = at + blanks;
    match bytes.get(at) {
        None => blanks == 0 && at > 0,
        Some(b'{') => false,
        Some(
            b',' | b')' | b']' | b'}' | b':' | b'|' | b'~' | b'+' | b'-' | b'*' | b'/' | b'='
            | b'!' | b'<' | b'>' | b'%' | b'.' | b'[',
        ) => true,
        Some(byte) if is_word(*byte) => follows_value(bytes, at),
        Some(_) => false,
    }
}

/// Where a string without a closing quote is taken to end: with the word that is being typed.
pub(crate) fn unclosed_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or(&[]);
    let mut end = start;
    for (index, byte) in rest.iter().enumerate() {
        let next = rest.get(index + 1);
        let is_end = match byte {
            b')' | b',' | b'\'' | b'"' => true,
            b'}' | b'%' => next == Some(&b'}'),
            b'{' => matches!(next, Some(b'{' | b'%' | b'#')),
            byte => byte.is_ascii_whitespace(),
        };
        if is_end {
            break;
        }
        end += 1;
    }
    end
}
