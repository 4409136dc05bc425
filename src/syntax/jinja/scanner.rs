//! Where do the tags of a template start and end? Finds them in half-typed text, too, so that one
//! tag without its end does not take the tags behind it along.

use super::lexer::{Token, TokenKind, blank, is_word, token, trusted_string, word_end};
use super::statement::SyntaxError;
use crate::text::Span;

/// What stands between two places of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(Span),
    Comment(Fence),
    /// The text between the raw tags.
    Raw(Fence, Span),
    /// `{{ … }}`; its tokens are the scanner's.
    Output(Fence),
    /// `{% … %}`; its tokens are the scanner's.
    Tag(Fence),
}

/// The delimiters of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The tag, delimiters included.
    pub span: Span,
    /// What stands between the delimiters.
    pub inside: Span,
    /// Whether the closing delimiter is there.
    pub is_closed: bool,
    /// Whether blanks before it are dropped.
    pub eats_left: bool,
    /// Whether blanks behind it are dropped.
    pub eats_right: bool,
}

/// Goes through a text piece by piece.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The tokens of the last output or tag.
    pub tokens: Vec<Token>,
    /// What is wrong with delimiters.
    pub errors: Vec<SyntaxError>,
    brackets: Vec<u8>,
    wasted: usize,
    trusts_quotes: bool,
    has_no_comment_end: bool,
    has_no_raw_end: bool,
}

/// How the tokens of a tag come to an end.
enum TagEnd {
    /// At a closing delimiter: where it starts and ends.
    Closed(usize, usize, bool),
    /// At the wrong delimiter.
    Wrong(usize, usize),
    /// Before another tag, or at the text's end.
    Missing(usize),
}

/// Unclosed tags may make the scanner look at the same bytes again; behind this many times the
/// text it looks at one line only, which keeps the work linear.
const PATIENCE: usize = 4;

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            tokens: Vec::new(),
            errors: Vec::new(),
            brackets: Vec::new(),
            wasted: 0,
            trusts_quotes: false,
            has_no_comment_end: false,
            has_no_raw_end: false,
        }
    }

    /// Takes every string up to its closing quote, as Jinja does, however odd that looks.
    pub fn trusting_quotes(text: &'a str) -> Self {
        Self {
            trusts_quotes: true,
            ..Self::new(text)
        }
    }

    /// The next piece; none at the text's end.
    pub fn next_piece(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        let start = self.at;
        let (opening, kind) = next_opening(bytes, start);
        if opening > start {
            self.at = opening;
            return Some(Piece::Text(Span::new(start, opening)));
        }
        Some(match kind {
            b'#' => self.comment(start),
            b'{' => Piece::Output(self.tag(start, *b"}}")),
            _ => self.block_tag(start),
        })
    }

    fn error(&mut self, span: Span, message: &str) {
        self.errors.push(SyntaxError {
            span,
            message: message.to_owned(),
            is_fatal: true,
            is_outside: false,
        });
    }

    fn comment(&mut self, start: usize) -> Piece {
        let bytes = self.text.as_bytes();
        let inside = start + 2;
        let rest = bytes.get(inside..).unwrap_or(&[]);
        let found = if self.has_no_comment_end {
            None
        } else {
            memchr::memmem::find(rest, b"#}").map(|at| inside + at)
        };
        let eats_left = bytes.get(inside) == Some(&b'-');
        let (end, close) = found.map_or_else(
            || {
                let line = memchr::memchr(b'\n', rest).map_or(bytes.len(), |at| inside + at);
                (line, line)
            },
            |at| (at, at + 2),
        );
        if found.is_none() {
            self.has_no_comment_end = true;
            self.error(Span::new(start, inside), "this comment has no `#}`");
        }
        self.at = close;
        Piece::Comment(Fence {
            span: Span::new(start, close),
            inside: Span::new(inside, end),
            is_closed: found.is_some(),
            eats_left,
            eats_right: found.is_some()
                && end > inside
                && end.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'-'),
        })
    }

    fn block_tag(&mut self, start: usize) -> Piece {
        let fence = self.tag(start, *b"%}");
        let is_raw = match self.tokens.as_slice() {
            [word] => word.text(self.text) == "raw",
            _ => false,
        };
        if !is_raw || !fence.is_closed {
            return Piece::Tag(fence);
        }
        let body = fence.span.end as usize;
        let found = if self.has_no_raw_end {
            None
        } else {
            end_of_raw(self.text.as_bytes(), body)
        };
        let Some((body_end, end, eats_body, eats_right)) = found else {
            self.has_no_raw_end = true;
            self.error(fence.span, "this `raw` has no `{% endraw %}`");
            return Piece::Raw(fence, Span::empty(body));
        };
        self.at = end;
        let mut inside = Span::new(body, body_end);
        if eats_body {
            inside = Span::new(body, body + inside.of(self.text).trim_end().len());
        }
        if fence.eats_right {
            let left = inside.of(self.text).trim_start().len();
            inside = Span::new(inside.end as usize - left, inside.end as usize);
        }
        let span = Span::new(start, end);
        Piece::Raw(
            Fence {
                span,
                eats_right,
                ..fence
            },
            inside,
        )
    }

    fn tag(&mut self, start: usize, closer: [u8; 2]) -> Fence {
        let bytes = self.text.as_bytes();
        let sign = bytes.get(start + 2).copied();
        let inside = start + 2 + usize::from(matches!(sign, Some(b'-' | b'+')));
        let limit = self.limit(inside);
        let end = self.lex(inside, limit, closer);
        let opening = Span::new(start, start + 2);
        let (inside_end, close, is_closed, eats_right) = match end {
            TagEnd::Closed(at, close, eats) => (at, close, true, eats),
            TagEnd::Wrong(at, close) => {
                let message = if closer == *b"}}" {
                    "`{{` is closed by `}}`"
                } else {
                    "`{%` is closed by `%}`"
                };
                self.error(Span::new(at, close), message);
                (at, close, true, false)
            }
            TagEnd::Missing(stop) => {
                let message = if closer == *b"}}" {
                    "this `{{` has no `}}`"
                } else {
                    "this `{%` has no `%}`"
                };
                self.error(opening, message);
                let cut = self.cut(inside, stop);
                self.wasted += stop - cut;
                (cut, cut, false, false)
            }
        };
        self.at = close;
        Fence {
            span: Span::new(start, close),
            inside: Span::new(inside, inside_end),
            is_closed,
            eats_left: sign == Some(b'-'),
            eats_right,
        }
    }

    fn limit(&self, from: usize) -> usize {
        let length = self.text.len();
        if self.wasted <= PATIENCE * length + 4096 {
            return length;
        }
        let near = (from + 1024).min(length);
        let line = self.text.as_bytes().get(from..near).unwrap_or(&[]);
        let mut end = memchr::memchr(b'\n', line).map_or(near, |at| from + at);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        end
    }

    fn lex(&mut self, from: usize, limit: usize, closer: [u8; 2]) -> TagEnd {
        self.tokens.clear();
        self.brackets.clear();
        let bytes = self.text.as_bytes();
        let mut at = from;
        let mut after_dot = false;
        loop {
            loop {
                let width = blank(self.text, at);
                if width == 0 || at >= limit {
                    break;
                }
                at += width;
            }
            let Some(byte) = bytes.get(at).copied().filter(|_| at < limit) else {
                return TagEnd::Missing(limit);
            };
            if let Some(end) = self.end_of_tag(at, byte, closer) {
                return end;
            }
            let trusted = if self.trusts_quotes {
                trusted_string(self.text, at)
            } else {
                None
            };
            let (token, wasted) = trusted.map_or_else(
                || token(self.text, at, limit, after_dot),
                |token| (token, 0),
            );
            self.wasted += wasted;
            self.balance(byte);
            after_dot = token.kind == TokenKind::Dot;
            at = token.end.max(at + 1);
            self.tokens.push(token);
        }
    }

    /// The end of the tag, where it is at `at`.
    fn end_of_tag(&self, at: usize, byte: u8, closer: [u8; 2]) -> Option<TagEnd> {
        let bytes = self.text.as_bytes();
        let pair = |at: usize| bytes.get(at..at + 2);
        if byte == b'{' && matches!(pair(at), Some(b"{{" | b"{%" | b"{#")) {
            return Some(TagEnd::Missing(at));
        }
        let (delimiter, eats) = match byte {
            b'-' | b'+' => (at + 1, byte == b'-'),
            b'}' | b'%' => (at, false),
            _ => return None,
        };
        match pair(delimiter) {
            Some(b"%}") => {}
            Some(b"}}") if !self.brackets.contains(&b'{') => {}
            _ if byte == b'}' && !self.brackets.contains(&b'{') => {
                // A lone brace where no dict is open can only be half of the end.
                return Some(TagEnd::Wrong(at, at + 1));
            }
            _ => return None,
        }
        let close = delimiter + 2;
        Some(if pair(delimiter) == Some(closer.as_slice()) {
            TagEnd::Closed(at, close, eats)
        } else {
            TagEnd::Wrong(at, close)
        })
    }

    fn balance(&mut self, byte: u8) {
        let opening = match byte {
            b'(' | b'[' | b'{' => return self.brackets.push(byte),
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => return,
        };
        if let Some(at) = self.brackets.iter().rposition(|open| *open == opening) {
            self.brackets.truncate(at);
        }
    }

    /// Where a tag ends that has no end before `stop`: with its line, or where SQL goes on. Drops
    /// the tokens behind that place.
    fn cut(&mut self, inside: usize, stop: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut previous = inside;
        let mut is_value = false;
        for index in 0..=self.tokens.len() {
            let token = self.tokens.get(index).copied();
            let next = token.map_or(stop, |token| token.start);
            let gap = bytes.get(previous..next).unwrap_or(&[]);
            let is_sql = token.is_some_and(|token| is_sql_word(token, self.text));
            let is_at_end = token.is_none() && stop == self.text.len();
            if let Some(line) = memchr::memchr(b'\n', gap)
                && !is_at_end
                && (depth == 0 || is_sql || token.is_none())
            {
                self.tokens.truncate(index);
                let last = memchr::memrchr(b'\n', gap).unwrap_or(line);
                return previous + if depth == 0 { line } else { last };
            }
            let Some(token) = token else { break };
            if is_sql && is_value {
                self.tokens.truncate(index);
                return token.start;
            }
            match token.kind {
                TokenKind::LeftParenthesis | TokenKind::LeftBracket | TokenKind::LeftBrace => {
                    depth += 1;
                }
                TokenKind::RightParenthesis | TokenKind::RightBracket | TokenKind::RightBrace => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            is_value = ends_value(token.kind);
            previous = token.end;
        }
        stop
    }
}

/// The next `{{`, `{%` or `{#` from `from` on, with its second byte; the text's end without one.
fn next_opening(bytes: &[u8], from: usize) -> (usize, u8) {
    let mut at = from;
    while let Some(found) = memchr::memchr(b'{', bytes.get(at..).unwrap_or(&[])) {
        let brace = at + found;
        match bytes.get(brace + 1) {
            Some(kind @ (b'{' | b'%' | b'#')) => return (brace, *kind),
            _ => at = brace + 1,
        }
    }
    (bytes.len(), 0)
}

/// Where `{% endraw %}` starts and ends, and which blanks its two sides eat.
fn end_of_raw(bytes: &[u8], from: usize) -> Option<(usize, usize, bool, bool)> {
    let blank = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let signed = |at: usize| usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    for found in memchr::memmem::find_iter(bytes.get(from..)?, b"{%") {
        let start = from + found;
        let word = blank(start + 2 + signed(start + 2));
        if bytes.get(word..word_end(bytes, word)) != Some(b"endraw") {
            continue;
        }
        let sign = blank(word + 6);
        let end = sign + signed(sign);
        if bytes.get(end..end + 2) == Some(b"%}") {
            let eats = |at: usize| bytes.get(at) == Some(&b'-');
            return Some((start, end + 2, eats(start + 2), eats(sign)));
        }
    }
    None
}

fn ends_value(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Integer
            | TokenKind::Float
            | TokenKind::String { .. }
            | TokenKind::RightParenthesis
            | TokenKind::RightBracket
            | TokenKind::RightBrace
    )
}

/// Whether the token is a word that goes on with SQL and that no template puts behind a value.
fn is_sql_word(token: Token, text: &str) -> bool {
    const WORDS: [&str; 30] = [
        "select",
        "from",
        "where",
        "with",
        "join",
        "left",
        "right",
        "inner",
        "outer",
        "full",
        "cross",
        "group",
        "order",
        "having",
        "union",
        "limit",
        "qualify",
        "on",
        "as",
        "case",
        "when",
        "then",
        "end",
        "insert",
        "window",
        "lateral",
        "using",
        "intersect",
        "except",
        "between",
    ];
    let word = token.text(text);
    token.kind == TokenKind::Name
        && word.len() <= 9
        && word.bytes().all(is_word)
        && WORDS.iter().any(|sql| word.eq_ignore_ascii_case(sql))
}
