//! The insides of `{% … %}` tags: what a tag opens, continues, ends or says.

use super::tokens::Tokens;
use crate::syntax::jinja::expression::{CallArgument, Expression, ExpressionKind, Filter, Passing};
use crate::syntax::jinja::lexer::TokenKind;
use crate::syntax::jinja::statement::{BlockKind, Parameter};
use crate::text::Span;

/// What a tag says.
pub(crate) enum Tag<'a> {
    /// Opens a block, up to its end tag.
    Open(Head<'a>),
    /// `elif`
    ElseIf(Expression<'a>),
    /// `else`
    Else,
    /// `end…`, with the word behind `end`.
    End(&'a str),
    Set(Expression<'a>, Expression<'a>),
    Do(Expression<'a>),
    Break,
    Continue,
    Unsupported(&'a str, Vec<Expression<'a>>),
    /// No known tag.
    Unknown,
}

/// The opening tag of a block.
pub(crate) enum Head<'a> {
    If(Expression<'a>),
    For {
        target: Expression<'a>,
        iterable: Expression<'a>,
        condition: Option<Expression<'a>>,
        is_recursive: bool,
    },
    Set(Expression<'a>, Vec<Filter<'a>>),
    Call(Vec<Parameter<'a>>, Expression<'a>),
    Filter(Vec<Filter<'a>>),
    With(Vec<(Expression<'a>, Expression<'a>)>),
    Definition {
        kind: BlockKind,
        name: &'a str,
        name_span: Span,
        parameters: Vec<Parameter<'a>>,
        options: Vec<CallArgument<'a>>,
    },
    Unsupported(&'a str, Vec<Expression<'a>>),
}

impl Head<'_> {
    /// The word that opens it; its end tag is `end` and the same word.
    pub fn keyword(&self) -> &str {
        match self {
            Self::If(_) => "if",
            Self::For { .. } => "for",
            Self::Set(..) => "set",
            Self::Call(..) => "call",
            Self::Filter(_) => "filter",
            Self::With(_) => "with",
            Self::Definition { kind, .. } => kind.keyword(),
            Self::Unsupported(keyword, _) => keyword,
        }
    }
}

/// Reads a tag, up to its end.
pub(crate) fn tag<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    if tokens.kind() != Some(TokenKind::Name) {
        tokens.expected("a tag's name");
        return Tag::Unknown;
    }
    let start = tokens.here();
    let word = tokens.word();
    tokens.next();
    let tag = match word {
        "set" => set(tokens),
        "if" => Tag::Open(Head::If(tokens.plain_expressions())),
        "elif" => Tag::ElseIf(tokens.plain_expressions()),
        "else" => Tag::Else,
        "for" => for_loop(tokens),
        "do" => Tag::Do(tokens.expressions()),
        "call" => call(tokens),
        "filter" => Tag::Open(Head::Filter(filters(tokens))),
        "with" => with(tokens),
        "macro" => with_parameters(tokens, BlockKind::Macro),
        "test" => with_parameters(tokens, BlockKind::Test),
        "snapshot" => named(tokens, BlockKind::Snapshot),
        "docs" => named(tokens, BlockKind::Docs),
        "materialization" => materialization(tokens),
        "break" => Tag::Break,
        "continue" => Tag::Continue,
        "include" | "import" | "from" | "extends" | "print" => {
            let expression = tokens.expression();
            if matches!(word, "include" | "import" | "from") {
                // The rest has no meaning without a template loader, which dbt does not have.
                tokens.drop_rest();
            }
            Tag::Unsupported(word, vec![expression])
        }
        "block" | "autoescape" => {
            let expression = tokens.expression();
            tokens.drop_rest();
            Tag::Open(Head::Unsupported(word, vec![expression]))
        }
        "endblock" => {
            tokens.drop_rest();
            Tag::End("block")
        }
        _ => {
            let Some(what) = word.strip_prefix("end").filter(|what| has_end(what)) else {
                let span = Span::new(start, start + word.len());
                tokens.report(span, format!("`{word}` is not a tag"));
                tokens.drop_rest();
                return Tag::Unknown;
            };
            Tag::End(what)
        }
    };
    if matches!(tag, Tag::Open(_) | Tag::ElseIf(_) | Tag::Else) {
        // Jinja2 allows Python's colon.
        tokens.take(TokenKind::Colon);
    }
    if tokens.kind().is_some() {
        tokens.expected("the end of the tag");
    }
    tag
}

fn has_end(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "if",
        "for",
        "set",
        "call",
        "filter",
        "with",
        "macro",
        "test",
        "snapshot",
        "docs",
        "materialization",
        "autoescape",
    ];
    WORDS.contains(&word)
}

/// A name, or several; of a `set` also attributes of namespaces.
fn target<'a>(tokens: &mut Tokens<'a, '_>, is_of_set: bool) -> Expression<'a> {
    let target = tokens.targets();
    let is_one = |item: &Expression<'a>| match &item.kind {
        ExpressionKind::Name(_) | ExpressionKind::Error => true,
        ExpressionKind::Attribute(attribute) => {
            is_of_set && matches!(attribute.object.kind, ExpressionKind::Name(_))
        }
        _ => false,
    };
    let is_target = match &target.kind {
        ExpressionKind::Tuple(items) => items
            .iter()
            .all(|item| is_one(item) || matches!(item.kind, ExpressionKind::Tuple(_))),
        _ => is_one(&target),
    };
    if !is_target {
        tokens.report(target.span, "nothing can be assigned to this");
    }
    target
}

fn set<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    let target = target(tokens, true);
    if tokens.take(TokenKind::Assign).is_some() {
        return Tag::Set(target, tokens.expressions());
    }
    Tag::Open(Head::Set(target, optional_filters(tokens)))
}

fn for_loop<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    let target = target(tokens, false);
    let iterable = if tokens.take_word("in") {
        tokens.plain_expressions()
    } else {
        tokens.expected("`in`");
        Expression::error(Span::empty(tokens.previous_end()))
    };
    let condition = tokens.take_word("if").then(|| tokens.expression());
    let is_recursive = tokens.take_word("recursive");
    Tag::Open(Head::For {
        target,
        iterable,
        condition,
        is_recursive,
    })
}

fn call<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    let parameters = if tokens.kind() == Some(TokenKind::LeftParenthesis) {
        parameters(tokens)
    } else {
        Vec::new()
    };
    let call = tokens.expression();
    if !matches!(call.kind, ExpressionKind::Call(_)) {
        tokens.report(call.span, "expected a call");
    }
    Tag::Open(Head::Call(parameters, call))
}

fn optional_filters<'a>(tokens: &mut Tokens<'a, '_>) -> Vec<Filter<'a>> {
    let mut filters = Vec::new();
    while tokens.kind() == Some(TokenKind::Pipe) {
        filters.push(tokens.filter(None));
    }
    filters
}

fn filters<'a>(tokens: &mut Tokens<'a, '_>) -> Vec<Filter<'a>> {
    let mut filters = vec![tokens.filter(None)];
    filters.append(&mut optional_filters(tokens));
    filters
}

fn with<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    let mut bindings = Vec::new();
    while tokens.kind().is_some() {
        if !bindings.is_empty() && tokens.take(TokenKind::Comma).is_none() {
            tokens.expected("`,`");
            tokens.drop_rest();
            break;
        }
        let target = target(tokens, false);
        if tokens.take(TokenKind::Assign).is_none() {
            tokens.expected("`=`");
            tokens.drop_rest();
        }
        bindings.push((target, tokens.expression()));
    }
    Tag::Open(Head::With(bindings))
}

fn with_parameters<'a>(tokens: &mut Tokens<'a, '_>, kind: BlockKind) -> Tag<'a> {
    let (name, name_span) = tokens.take_name("a name");
    let parameters = if tokens.kind() == Some(TokenKind::LeftParenthesis) {
        parameters(tokens)
    } else {
        tokens.expected("`(`");
        Vec::new()
    };
    Tag::Open(Head::Definition {
        kind,
        name,
        name_span,
        parameters,
        options: Vec::new(),
    })
}

fn named<'a>(tokens: &mut Tokens<'a, '_>, kind: BlockKind) -> Tag<'a> {
    let (name, name_span) = tokens.take_name("a name");
    // dbt cuts the block out by its name; nobody reads what else stands in the tag.
    tokens.drop_rest();
    Tag::Open(Head::Definition {
        kind,
        name,
        name_span,
        parameters: Vec::new(),
        options: Vec::new(),
    })
}

fn materialization<'a>(tokens: &mut Tokens<'a, '_>) -> Tag<'a> {
    let (name, name_span) = tokens.take_name("a name");
    let mut options = Vec::new();
    while tokens.take(TokenKind::Comma).is_some() {
        let option = tokens.argument();
        let word = match (option.passing, &option.value.kind) {
            (Passing::Keyword(word, _), _) => Some(word),
            (Passing::Positional, ExpressionKind::Name(word)) => Some(*word),
            (Passing::Positional | Passing::Spread | Passing::KeywordSpread, _) => None,
        };
        let is_option = |word: &str| matches!(word, "default" | "adapter" | "supported_languages");
        if let Some(word) = word.filter(|word| !is_option(word)) {
            let message = format!("a materialization has no option `{word}`");
            tokens.report(option.span, message);
        }
        options.push(option);
    }
    Tag::Open(Head::Definition {
        kind: BlockKind::Materialization,
        name,
        name_span,
        parameters: Vec::new(),
        options,
    })
}

/// `(a, b: string, c=1)`, parentheses included.
fn parameters<'a>(tokens: &mut Tokens<'a, '_>) -> Vec<Parameter<'a>> {
    tokens.next();
    let mut parameters = Vec::new();
    while tokens.take(TokenKind::RightParenthesis).is_none() {
        if !parameters.is_empty() && tokens.take(TokenKind::Comma).is_none() {
            tokens.expected("`,` or `)`");
            tokens.drop_rest();
            break;
        }
        if tokens.kind() != Some(TokenKind::Name) {
            if tokens.take(TokenKind::RightParenthesis).is_none() {
                tokens.expected("a parameter or `)`");
                tokens.drop_rest();
            }
            break;
        }
        let (name, name_span) = tokens.take_name("a parameter");
        let annotation = tokens
            .take(TokenKind::Colon)
            .and_then(|_| annotation(tokens));
        let default = tokens.take(TokenKind::Assign).map(|_| tokens.expression());
        if default.is_none() && parameters.last().is_some_and(has_default) {
            tokens.report(
                name_span,
                "a parameter without a default stands behind one with it",
            );
        }
        parameters.push(Parameter {
            name,
            name_span,
            annotation,
            default,
        });
    }
    parameters
}

fn has_default(parameter: &Parameter<'_>) -> bool {
    parameter.default.is_some()
}

/// dbt's `string` or `list[int]`.
fn annotation<'a>(tokens: &mut Tokens<'a, '_>) -> Option<(&'a str, Span)> {
    let (_, mut span) = tokens.take_name("a type");
    let mut depth = 0_usize;
    loop {
        match tokens.kind() {
            Some(TokenKind::LeftBracket) => depth += 1,
            Some(TokenKind::RightBracket) if depth > 0 => depth -= 1,
            Some(TokenKind::Name | TokenKind::Comma) if depth > 0 => {}
            _ => break,
        }
        tokens.next();
        span = span.cover(Span::empty(tokens.previous_end()));
    }
    if depth > 0 {
        tokens.expected("`]`");
    }
    (!span.is_empty()).then(|| (tokens.slice(span.start as usize, span.end as usize), span))
}
