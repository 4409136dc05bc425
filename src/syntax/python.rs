//! What does a Python model ask of dbt? Finds `dbt.ref(…)`, `dbt.source(…)` and `dbt.config(…)`
//! with their literal arguments, as dbt does: wherever they stand, run or not.

mod lexer;

use self::lexer::{Source, statements};
use super::jinja::{
    Argument, CallSite, Constant, Cursor, ExpressionKind, Reach, Surroundings, Token, TokenKind,
    Tokens, argument_of,
};
use crate::text::Span;

/// No call has more tokens than this.
const LONGEST_CALL: usize = 2048;

/// Every `dbt.….name(…)` in `text`, in order; the callee has all names: `["dbt", "ref"]`.
#[must_use]
pub fn calls(text: &str) -> Vec<CallSite<'_>> {
    let source = statements(text);
    let mut sites = Vec::new();
    for index in 0..source.tokens.len() {
        if let Some(open) = opening(text, &source, index) {
            sites.extend(site(text, &source, index, open));
        }
    }
    sites
}

/// What is being typed at `offset` of a Python model, where it is inside a call or a word that
/// goes on with dbt.
#[must_use]
pub fn cursor_at(text: &str, offset: u32) -> Option<Cursor<'_>> {
    let offset = offset as usize;
    let source = statements(text);
    let is_skipped = |span: &Span| (span.start as usize) < offset && offset <= span.end as usize;
    if offset > text.len() || source.comments.iter().any(is_skipped) {
        return None;
    }
    let (from, to) = source.statement_at(offset);
    let cursor = Surroundings {
        text,
        tokens: source.tokens.get(from..to)?,
        end: source
            .tokens
            .get(to)
            .map_or(text.len(), |token| token.start),
        base: 0,
        has_closing_braces: true,
        is_tag: false,
    }
    .cursor(offset)?;
    let names = match &cursor {
        Cursor::Call(call) => call.callee.first().copied(),
        Cursor::Word(word) => word.path.first().copied(),
    };
    (names == Some("dbt")).then_some(cursor)
}

/// The token of the parenthesis of a call whose names start at `index` with `dbt`.
fn opening(text: &str, source: &Source, index: usize) -> Option<usize> {
    let kind = |index: usize| source.tokens.get(index).map(|token| token.kind);
    let first = source.tokens.get(index)?;
    let is_part = index.checked_sub(1).and_then(kind) == Some(TokenKind::Dot);
    if is_part || first.kind != TokenKind::Name || first.text(text) != "dbt" {
        return None;
    }
    let mut at = index + 1;
    while kind(at) == Some(TokenKind::Dot) && kind(at + 1) == Some(TokenKind::Name) {
        at += 2;
    }
    (at > index + 1 && kind(at) == Some(TokenKind::LeftParenthesis)).then_some(at)
}

fn site<'a>(text: &'a str, source: &Source, index: usize, open: usize) -> Option<CallSite<'a>> {
    let names = source.tokens.get(index..open)?;
    let (first, last) = (names.first()?, names.last()?);
    let (_, end) = source.statement_at(first.start + 1);
    let end = end.min(open + LONGEST_CALL);
    let tokens = source.tokens.get(open..end)?;
    let mut tokens = Tokens::new(text, tokens, tokens.last()?.end, 0);
    let (arguments, is_closed) = tokens.arguments();
    let callee = names.iter().filter(|token| token.kind == TokenKind::Name);
    let end = if is_closed {
        tokens.previous_end()
    } else {
        tokens.here()
    };
    let is_met = is_closed && is_met(source, index, end);
    let arguments = arguments.iter().map(|one| match &one.value.kind {
        ExpressionKind::Name(name) if is_met => Argument {
            value: Constant::Undefined(name),
            ..argument_of(one)
        },
        _ => argument_of(one),
    });
    Some(CallSite {
        callee: callee.map(|token: &Token| token.text(text)).collect(),
        callee_span: Span::new(first.start, last.end),
        span: Span::new(first.start, end),
        is_closed,
        arguments: arguments.collect(),
        reach: Reach::Always,
        block: None,
    })
}

/// Whether dbt comes to the call from the token `index` to `end` for certain: it looks into no
/// operator in another call, and behind no subscript.
fn is_met(source: &Source, index: usize, end: usize) -> bool {
    let Some(first) = source.tokens.get(index) else {
        return false;
    };
    let (from, _) = source.statement_at(first.start + 1);
    let before = source.tokens.get(from..index).unwrap_or_default();
    // All of it is gone through for each call.
    if before.len() > LONGEST_CALL {
        return false;
    }
    let depth = before.iter().fold(0_i32, |depth, token| match token.kind {
        TokenKind::LeftParenthesis | TokenKind::LeftBracket | TokenKind::LeftBrace => depth + 1,
        TokenKind::RightParenthesis | TokenKind::RightBracket | TokenKind::RightBrace => depth - 1,
        _ => depth,
    });
    let mut behind = source.tokens.get(index..).unwrap_or_default().iter();
    let next = behind.find(|token| token.start >= end);
    depth == 0 && next.is_none_or(|next| next.kind != TokenKind::LeftBracket)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::{calls, cursor_at};
    use crate::syntax::jinja::Cursor;

    fn check(text: &str, expected: &Expect) {
        let mut out = String::new();
        for site in calls(text) {
            writeln!(out, "{} {:?}", site.span.of(text), site.callee).unwrap();
            for argument in &site.arguments {
                let name = argument.name.map(|(name, _)| name);
                writeln!(out, "    {name:?} {:?}", argument.value).unwrap();
            }
        }
        expected.assert_eq(&out);
        for (at, _) in text.char_indices() {
            for part in [&text[..at], &text[at..]] {
                let _ = calls(part);
                let _ = cursor_at(part, u32::try_from(at).unwrap());
                let _ = cursor_at(part, u32::try_from(part.len()).unwrap());
            }
        }
    }

    fn check_cursor(text: &str, expected: &Expect) {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let out = match cursor_at(&text, u32::try_from(offset).unwrap()) {
            None => "nothing".to_owned(),
            Some(Cursor::Word(word)) => format!("{:?} {:?}", word.path, word.typed.of(&text)),
            Some(Cursor::Call(call)) => format!(
                "{:?} #{} {:?} {:?}",
                call.callee,
                call.index,
                call.quote,
                call.typed.of(&text)
            ),
        };
        expected.assert_eq(&out);
    }

    #[test]
    fn calls_of_dbt_are_found_outside_of_strings_and_comments() {
        check(
            "def model(dbt, session):
    # dbt.ref('comment')
    \"\"\"dbt.ref('doc')\"\"\"
    dbt.config(
        materialized=\"table\",
        packages=['a'],  # dbt.ref('no')
    )
    a = dbt.ref(\"a\").join(dbt.ref('p', 'b', v=2), on=x)
    s = dbt.source(r's', \"t\"); f = dbt.ref(f'x{y}'); session.dbt.ref('no')
    if dbt.is_incremental: dbt.config.get('k')
    b = dbt.ref('open'
    c = dbt.ref('closed')
",
            &expect![[r#"
                dbt.config(
                        materialized="table",
                        packages=['a'],  # dbt.ref('no')
                    ) ["dbt", "config"]
                    Some("materialized") Str { text: "table", content: Some(Span { start: 113, end: 118 }) }
                    Some("packages") List([Str { text: "a", content: Some(Span { start: 140, end: 141 }) }])
                dbt.ref("a") ["dbt", "ref"]
                    None Str { text: "a", content: Some(Span { start: 185, end: 186 }) }
                dbt.ref('p', 'b', v=2) ["dbt", "ref"]
                    None Str { text: "p", content: Some(Span { start: 203, end: 204 }) }
                    None Str { text: "b", content: Some(Span { start: 208, end: 209 }) }
                    Some("v") Int("2")
                dbt.source(r's', "t") ["dbt", "source"]
                    None Str { text: "s", content: Some(Span { start: 245, end: 246 }) }
                    None Str { text: "t", content: Some(Span { start: 250, end: 251 }) }
                dbt.ref(f'x{y}') ["dbt", "ref"]
                    None Unknown
                dbt.config.get('k') ["dbt", "config", "get"]
                    None Str { text: "k", content: Some(Span { start: 342, end: 343 }) }
                dbt.ref('open' ["dbt", "ref"]
                    None Str { text: "open", content: Some(Span { start: 363, end: 367 }) }
                dbt.ref('closed') ["dbt", "ref"]
                    None Str { text: "closed", content: Some(Span { start: 386, end: 392 }) }
            "#]],
        );
    }

    #[test]
    fn the_cursor_is_told_from_the_statements_around_it() {
        check_cursor(
            "x = dbt.ref('|\ny = dbt.ref('z')",
            &expect![[r#"["dbt", "ref"] #0 Some('\'') """#]],
        );
        check_cursor(
            "x = dbt.ref('p', \"or|d\")",
            &expect![[r#"["dbt", "ref"] #1 Some('"') "ord""#]],
        );
        check_cursor("x = dbt.r|", &expect![[r#"["dbt"] "r""#]]);
        check_cursor("x = foo(|", &expect!["nothing"]);
        check_cursor("x = 1 # dbt.ref('|", &expect!["nothing"]);
    }
}
