//! Which tokens stand in a text whose Jinja is masked? Total: what is not closed ends with its
//! line, so that one lone quote does not take the file along.

use super::dialect::{Dialect, Lexis};
use super::mask::{HOLE, Masked};
use super::token::{Keyword, Operator, Token, TokenKind};
use crate::text::Span;

/// The tokens of `masked`, without blanks and comments, with one for the end.
pub(crate) fn tokens(masked: &Masked, dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer {
        bytes: &masked.bytes,
        has_holes: masked.has_holes,
        lexis: dialect.lexis(),
        wasted: 0,
    };
    let mut tokens = Vec::with_capacity(masked.bytes.len() / 5 + 1);
    let mut borders = masked.borders.iter().peekable();
    let mut region = 0;
    let mut at = 0;
    loop {
        let start = lexer.gap(at);
        while let Some((_, inside)) = borders.next_if(|(offset, _)| *offset as usize <= start) {
            region = *inside;
        }
        let (kind, end) = lexer.token(start);
        let span = Span::new(start, end);
        let mut token = Token {
            kind,
            has_hole: false,
            region,
            span,
        };
        if masked.has_holes && matches!(kind, TokenKind::Name | TokenKind::Quoted) {
            mark_holes(&mut token, masked);
        }
        tokens.push(token);
        if kind == TokenKind::End {
            return tokens;
        }
        at = end;
    }
}

fn mark_holes(token: &mut Token, masked: &Masked) {
    let bytes = masked.bytes.get(token.span.range()).unwrap_or(&[]);
    if bytes.iter().all(|byte| *byte == HOLE) {
        token.kind = TokenKind::Jinja;
    } else if token.kind == TokenKind::Name || token.kind == TokenKind::Quoted {
        token.has_hole = memchr::memchr(HOLE, bytes).is_some();
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    has_holes: bool,
    lexis: Lexis,
    /// Bytes that were looked at for an end that is not there.
    wasted: usize,
}

/// Searches for an end that is not there may look at this many times the text, and then stop
/// searching beyond the line.
const PATIENCE: usize = 4;

fn is_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | HOLE | 0x80..)
}

impl Lexer<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn rest(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or(&[])
    }

    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', self.rest(at)).map_or(self.bytes.len(), |found| at + found)
    }

    fn has_patience(&self) -> bool {
        self.wasted <= PATIENCE * self.bytes.len()
    }

    /// Where the next token starts: behind blanks and comments.
    fn gap(&mut self, mut at: usize) -> usize {
        loop {
            at = match (self.byte(at), self.byte(at + 1)) {
                (b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c, _) => at + 1,
                // A no-break space, and a byte order mark.
                (0xc2, 0xa0) => at + 2,
                (0xef, 0xbb) if self.byte(at + 2) == 0xbf => at + 3,
                (b'-', b'-') => self.line_end(at),
                (b'/', b'*') => self.block_comment(at),
                (b'/', b'/') if self.lexis.has_slash_comments => self.line_end(at),
                (b'#', _) if self.lexis.has_hash_comments => self.line_end(at),
                _ => return at,
            };
        }
    }

    fn block_comment(&mut self, start: usize) -> usize {
        if self.has_patience() {
            let mut depth = 1_usize;
            let mut at = start + 2;
            while let Some(found) = memchr::memchr2(b'*', b'/', self.rest(at)) {
                at += found;
                match (self.byte(at), self.byte(at + 1)) {
                    (b'*', b'/') => {
                        depth -= 1;
                        at += 2;
                        if depth == 0 {
                            return at;
                        }
                    }
                    (b'/', b'*') => {
                        depth += usize::from(self.lexis.has_nested_comments);
                        at += 2;
                    }
                    _ => at += 1,
                }
            }
            self.wasted += self.bytes.len() - start;
        }
        self.line_end(start)
    }

    /// The token at `start`, and where it ends.
    fn token(&mut self, start: usize) -> (TokenKind, usize) {
        let Some(byte) = self.bytes.get(start).copied() else {
            return (TokenKind::End, start);
        };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | HOLE | 0x80.. => self.word(start),
            b'0'..=b'9' => self.number(start),
            b'.' if self.byte(start + 1).is_ascii_digit() && !self.is_after_name(start) => {
                self.number(start)
            }
            b'\'' => self.text(start, start, byte, true),
            b'"' if self.lexis.is_double_quote_text => self.text(start, start, byte, true),
            b'"' | b'`' => self.quoted(start, byte),
            b'[' if self.lexis.has_bracket_names && !self.is_after_name(start) => {
                self.quoted(start, b']')
            }
            b'$' => self.dollar(start),
            b'@' | b'#' if self.lexis.has_sign_names => self.word(start),
            b'@' | b':' if self.byte(start + 1).is_ascii_alphabetic() && byte == b'@' => {
                (TokenKind::Parameter, self.word_end(start + 1))
            }
            b'?' => (TokenKind::Parameter, start + 1),
            _ => sign(byte, self.byte(start + 1), self.byte(start + 2), start),
        }
    }

    /// Whether a name, and nothing else, ends right before `at`.
    fn is_after_name(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or(0, |before| self.byte(before));
        is_word(before) || matches!(before, b'"' | b'`' | b']' | b')')
    }

    fn word_end(&self, mut at: usize) -> usize {
        let has_signs = self.lexis.has_sign_names;
        while let Some(byte) = self.bytes.get(at).copied() {
            let is_part =
                is_word(byte) || byte == b'$' || (has_signs && matches!(byte, b'@' | b'#'));
            let is_blank = byte == 0xc2 && self.byte(at + 1) == 0xa0;
            if !is_part || is_blank {
                break;
            }
            at += 1;
        }
        at
    }

    fn word(&mut self, start: usize) -> (TokenKind, usize) {
        let end = self.word_end(start + 1);
        if let quote @ (b'\'' | b'"') = self.byte(end)
            && let Some(has_backslashes) = self.text_prefix(start, end, quote)
        {
            return self.text(start, end, quote, has_backslashes);
        }
        let word = self.bytes.get(start..end).unwrap_or(&[]);
        // `from{{ ref('a') }}`: the word ends where the Jinja starts.
        if self.has_holes
            && let Some(hole @ 1..) = memchr::memchr(HOLE, word)
            && let Some(keyword) = word.get(..hole).and_then(Keyword::of)
            && keyword.is_reserved()
        {
            return (TokenKind::Word(keyword), start + hole);
        }
        let kind = Keyword::of(word).map_or(TokenKind::Name, TokenKind::Word);
        (kind, end)
    }

    /// Whether the word before a quote belongs to the string, and whether the string then has
    /// escapes: `r'…'`, `e'…'`, `n'…'`.
    fn text_prefix(&self, start: usize, end: usize, quote: u8) -> Option<bool> {
        if quote == b'"' && !self.lexis.is_double_quote_text {
            return None;
        }
        match self.bytes.get(start..end)? {
            [b'r' | b'R'] | [b'r' | b'R' | b'b' | b'B', b'r' | b'R' | b'b' | b'B'] => Some(false),
            [b'e' | b'E'] => Some(true),
            [b'b' | b'B' | b'n' | b'N' | b'x' | b'X'] => Some(self.lexis.has_backslashes),
            _ => None,
        }
    }

    fn number(&self, start: usize) -> (TokenKind, usize) {
        let mut at = start;
        let digits = |mut at: usize| {
            while self.byte(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        at = digits(at);
        let is_whole = self.byte(at) != b'.';
        if !is_whole {
            at = digits(at + 1);
        }
        if matches!(self.byte(at), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
            if self.byte(at + 1 + sign).is_ascii_digit() {
                at = digits(at + 1 + sign);
            }
        }
        let end = self.word_end(at);
        // `0xff`, `10L`; with more letters it is a name that starts with a digit.
        if is_whole && end > at + 2 && self.byte(start + 1) != b'x' {
            return (TokenKind::Name, end);
        }
        (TokenKind::Number, end)
    }

    /// A string whose quote stands at `quote_at`.
    fn text(
        &mut self,
        start: usize,
        quote_at: usize,
        quote: u8,
        may_escape: bool,
    ) -> (TokenKind, usize) {
        let is_prefixed = quote_at > start;
        let has_backslashes = may_escape && (is_prefixed || self.lexis.has_backslashes);
        if self.lexis.has_triple_quotes && self.rest(quote_at).starts_with(&[quote; 3]) {
            let body = quote_at + 3;
            if let Some(found) = memchr::memmem::find(self.rest(body), &[quote; 3]) {
                return (TokenKind::Text, body + found + 3);
            }
        }
        let mut at = quote_at + 1;
        let mut has_line_break = false;
        while let Some(found) = memchr::memchr3(quote, b'\\', b'\n', self.rest(at)) {
            at += found;
            match self.byte(at) {
                b'\n' => has_line_break = true,
                b'\\' if has_backslashes => at += 1,
                b'\\' => {}
                _ if self.byte(at + 1) == quote => at += 1,
                // The next string's first quote, and not this one's last?
                _ if has_line_break && is_word(self.byte(at + 1)) => break,
                _ => return (TokenKind::Text, at + 1),
            }
            at += 1;
        }
        let end = self.line_end(quote_at);
        self.wasted += at.saturating_sub(end);
        (TokenKind::Text, end)
    }

    /// A name in quotes; it ends with its line at the latest.
    fn quoted(&self, start: usize, quote: u8) -> (TokenKind, usize) {
        let mut at = start + 1;
        while let Some(found) = memchr::memchr2(quote, b'\n', self.rest(at)) {
            at += found;
            if self.byte(at) == b'\n' {
                return (TokenKind::Quoted, at);
            }
            if self.byte(at + 1) != quote || quote == b']' {
                return (TokenKind::Quoted, at + 1);
            }
            at += 2;
        }
        (TokenKind::Quoted, self.bytes.len())
    }

    /// `$$ … $$`, `$tag$ … $tag$`, `$1`
    fn dollar(&mut self, start: usize) -> (TokenKind, usize) {
        let mut tag = start + 1;
        while is_word(self.byte(tag)) {
            tag += 1;
        }
        if self.lexis.has_dollar_texts && self.byte(tag) == b'$' && self.has_patience() {
            let body = tag + 1;
            let fence = self.bytes.get(start..body).unwrap_or(&[]);
            if let Some(found) = memchr::memmem::find(self.rest(body), fence) {
                return (TokenKind::Text, body + found + fence.len());
            }
            self.wasted += self.bytes.len() - start;
        }
        (TokenKind::Parameter, tag)
    }
}

fn sign(byte: u8, second: u8, third: u8, start: usize) -> (TokenKind, usize) {
    use Operator::{Compare, Concat, Divide, Equal, IntegerDivide, Minus, Modulo, Other, Plus};
    use TokenKind as Kind;
    let (kind, length) = match (byte, second, third) {
        (b',', ..) => (Kind::Comma, 1),
        (b';', ..) => (Kind::Semicolon, 1),
        (b'.', ..) => (Kind::Dot, 1),
        (b'(', ..) => (Kind::Open, 1),
        (b')', ..) => (Kind::Close, 1),
        (b'[', ..) => (Kind::OpenBracket, 1),
        (b']', ..) => (Kind::CloseBracket, 1),
        (b'{', ..) => (Kind::OpenBrace, 1),
        (b'}', ..) => (Kind::CloseBrace, 1),
        (b':', b':', _) => (Kind::DoubleColon, 2),
        (b':', b'=', _) => (Kind::Operator(Other), 2),
        (b':', ..) => (Kind::Colon, 1),
        (b'*', b'*', _) => (Kind::Operator(Other), 2),
        (b'*', ..) => (Kind::Star, 1),
        (b'-', b'>', b'>') => (Kind::Operator(Other), 3),
        (b'-', b'>', _) => (Kind::Arrow, 2),
        (b'=', b'>', _) => (Kind::FatArrow, 2),
        (b'=', b'=', _) => (Kind::Operator(Equal), 2),
        (b'=', ..) => (Kind::Operator(Equal), 1),
        (b'+', ..) => (Kind::Operator(Plus), 1),
        (b'-', ..) => (Kind::Operator(Minus), 1),
        (b'/', b'/', _) => (Kind::Operator(IntegerDivide), 2),
        (b'/', ..) => (Kind::Operator(Divide), 1),
        (b'%', ..) => (Kind::Operator(Modulo), 1),
        (b'|', b'|', _) => (Kind::Operator(Concat), 2),
        (b'<', b'=', b'>') => (Kind::Operator(Compare), 3),
        (b'<' | b'>' | b'!', b'=', _) | (b'<', b'>', _) => (Kind::Operator(Compare), 2),
        (b'<' | b'>', second, _) if second == byte => (Kind::Operator(Other), 2),
        (b'<', b'@', _) | (b'@', b'>', _) | (b'&', b'&', _) => (Kind::Operator(Compare), 2),
        (b'!', b'~', b'*' | b'~') => (Kind::Operator(Compare), 3),
        (b'!', b'~', _) | (b'~', b'*' | b'~', _) => (Kind::Operator(Compare), 2),
        (b'<' | b'>' | b'~', ..) => (Kind::Operator(Compare), 1),
        (b'#', b'>', b'>') => (Kind::Operator(Other), 3),
        (b'#', b'>', _) => (Kind::Operator(Other), 2),
        _ => (Kind::Operator(Other), 1),
    };
    (kind, start + length)
}
