//! From a call site to a [`Reference`]: which arguments does dbt take, which does it refuse?
//! (dbt-core `context/providers.py`, `BaseRefResolver`, `BaseSourceResolver`.)

use arcstr::ArcStr;
use thin_vec::ThinVec;

use crate::dbt::{Version, context_member};
use crate::syntax::jinja::{Argument, CallSite, Constant};
use crate::text::Span;

use super::{Function, InvalidRef, Owner, RefArguments, RefPlace, RefSpans, Reference};

/// Which function the call is one to, plainly or through `builtins`, or in Python through `dbt`,
/// which elsewhere has macros alone.
pub(super) fn function_of(call: &CallSite<'_>, place: RefPlace) -> Option<Function> {
    let name = match call.callee.as_slice() {
        [name] | ["builtins", name] => *name,
        ["dbt", name] if place == RefPlace::Python => *name,
        _ => return None,
    };
    match name {
        "ref" => Some(Function::Ref),
        "source" => Some(Function::Source),
        "doc" if call.callee.len() == 1 => Some(Function::Doc),
        "metric" => Some(Function::Metric),
        "function" => Some(Function::Function),
        _ => None,
    }
}

/// Reads a call to `ref` or `source`; `None` for one to anything else.
pub(super) fn read(
    call: &CallSite<'_>,
    place: RefPlace,
    owner: Owner,
) -> Option<(Reference, RefSpans)> {
    match (function_of(call, place)?, place) {
        (Function::Doc, RefPlace::Description) => {
            Some(read_declared(Function::Doc, call, place, owner))
        }
        (_, RefPlace::Description) | (Function::Doc | Function::Measure, _) => None,
        (function @ (Function::Metric | Function::Function), _) => {
            Some(read_declared(function, call, place, owner))
        }
        (Function::Ref, _) => Some(read_ref(call, place, owner)),
        (Function::Source, _) => Some(read_source(call, place, owner)),
    }
}

fn read_declared(
    function: Function,
    call: &CallSite<'_>,
    place: RefPlace,
    owner: Owner,
) -> (Reference, RefSpans) {
    let arguments = call.arguments.as_slice();
    let text_of = |argument: &Argument<'_>| match text(argument, "name") {
        Text::Known(text) if argument.name.is_none() && !argument.is_spread => Some(text),
        Text::Known(_) | Text::Dynamic | Text::Invalid(_) => None,
    };
    let mut undefined = arguments
        .iter()
        .filter_map(|argument| match text(argument, "name") {
            Text::Invalid(invalid @ InvalidRef::Undefined { .. }) => Some(invalid),
            Text::Invalid(_) | Text::Known(_) | Text::Dynamic => None,
        });
    let (package, name) = match arguments {
        [name] => (None, Some(name)),
        [package, name] => (Some(package), Some(name)),
        _ => (None, None),
    };
    let named = match (package.map(text_of), name.and_then(text_of)) {
        (_, None) if !matches!(arguments.len(), 1 | 2) => {
            let count = u32::try_from(arguments.len()).unwrap_or(u32::MAX);
            RefArguments::Invalid(InvalidRef::Count(count))
        }
        (None, Some(name)) => RefArguments::Declared {
            package: None,
            name,
        },
        (Some(Some(package)), Some(name)) => RefArguments::Declared {
            package: Some(package),
            name,
        },
        (Some(None), _) | (_, None) => undefined
            .next()
            .map_or(RefArguments::Dynamic, RefArguments::Invalid),
    };
    let spans = RefSpans {
        call: call.span,
        package: package.map(content_span),
        name: name.map(content_span),
        version: None,
        unknown_keyword: None,
    };
    let reference = Reference {
        function,
        place,
        owner,
        arguments: named,
        unknown_keywords: ThinVec::new(),
        reach: call.reach,
    };
    (reference, spans)
}

fn read_source(call: &CallSite<'_>, place: RefPlace, owner: Owner) -> (Reference, RefSpans) {
    let keyword = |wanted: &str| {
        let mut arguments = call.arguments.iter();
        arguments.find(|argument| argument.name.is_some_and(|(name, _)| name == wanted))
    };
    let mut positional = call.arguments.iter().filter(|a| a.name.is_none());
    let (source, table) = (positional.next(), positional.next());
    let source = source.or_else(|| keyword("source_name"));
    let table = table.or_else(|| keyword("table_name"));
    let spans = RefSpans {
        call: call.span,
        package: source.map(content_span),
        name: table.map(content_span),
        version: None,
        unknown_keyword: None,
    };
    let reference = Reference {
        function: Function::Source,
        place,
        owner,
        arguments: source_arguments(call, place, source, table),
        unknown_keywords: ThinVec::new(),
        reach: call.reach,
    };
    (reference, spans)
}

fn source_arguments(
    call: &CallSite<'_>,
    place: RefPlace,
    source: Option<&Argument<'_>>,
    table: Option<&Argument<'_>>,
) -> RefArguments {
    let arguments = &call.arguments;
    if arguments.iter().any(|argument| argument.is_spread) {
        return RefArguments::Dynamic;
    }
    // Where dbt reads the text alone it knows the arguments by name too; elsewhere it does not.
    let mut named = arguments.iter().filter_map(|argument| argument.name);
    if let Some((keyword, _)) = named.next().filter(|_| !place.is_plain()) {
        return RefArguments::Invalid(InvalidRef::Keyword(keyword.into()));
    }
    let (Some(source), Some(table), 2) = (source, table, arguments.len()) else {
        let count = u32::try_from(arguments.len()).unwrap_or(u32::MAX);
        return RefArguments::Invalid(InvalidRef::Count(count));
    };
    match (text(source, "source"), text(table, "table")) {
        (Text::Known(source), Text::Known(table)) => RefArguments::Source { source, table },
        (Text::Invalid(invalid), _) | (_, Text::Invalid(invalid)) => RefArguments::Invalid(invalid),
        (Text::Dynamic, _) | (_, Text::Dynamic) => RefArguments::Dynamic,
    }
}

fn read_ref(call: &CallSite<'_>, place: RefPlace, owner: Owner) -> (Reference, RefSpans) {
    let positional: Vec<_> = call.arguments.iter().filter(|a| a.name.is_none()).collect();
    let version = version_argument(&call.arguments);
    let unknown: Vec<_> = call.arguments.iter().filter_map(unknown_keyword).collect();
    let (package, name) = match positional.as_slice() {
        [name] => (None, Some(*name)),
        [package, name, ..] => (Some(*package), Some(*name)),
        [] => (None, None),
    };
    let spans = RefSpans {
        call: call.span,
        package: package.map(content_span),
        name: name.map(content_span),
        version: version.map(|version| match version.name {
            Some((_, keyword)) => keyword.cover(version.span),
            None => version.span,
        }),
        unknown_keyword: unknown.first().map(|(_, span)| *span),
    };
    let reference = Reference {
        function: Function::Ref,
        place,
        owner,
        arguments: arguments(&positional, version),
        unknown_keywords: unknown.into_iter().map(|(name, _)| name.into()).collect(),
        reach: call.reach,
    };
    (reference, spans)
}

fn arguments(positional: &[&Argument<'_>], version: Option<&Argument<'_>>) -> RefArguments {
    if positional.iter().any(|argument| argument.is_spread) {
        return RefArguments::Dynamic;
    }
    let (package, name) = match positional {
        [name] => (None, *name),
        [package, name] => (Some(*package), *name),
        other => {
            let count = u32::try_from(other.len()).unwrap_or(u32::MAX);
            return RefArguments::Invalid(InvalidRef::Count(count));
        }
    };
    let name = match text(name, "name") {
        Text::Known(name) => name,
        Text::Dynamic => return RefArguments::Dynamic,
        Text::Invalid(invalid) => return RefArguments::Invalid(invalid),
    };
    let package = match package.map(|package| (package, text(package, "package"))) {
        None => None,
        Some((package, _)) if package.value == Constant::None => None,
        Some((_, Text::Known(package))) => Some(package),
        Some((_, Text::Dynamic)) => return RefArguments::Dynamic,
        Some((_, Text::Invalid(invalid))) => return RefArguments::Invalid(invalid),
    };
    match version.map(|version| &version.value) {
        None => RefArguments::Names {
            package,
            name,
            version: None,
        },
        Some(Constant::Str { text, .. }) => RefArguments::Names {
            package,
            name,
            version: Some(Version::new(text)),
        },
        Some(Constant::Int(number)) => RefArguments::Names {
            package,
            name,
            version: Some(Version::new(number)),
        },
        Some(Constant::Float(number)) => RefArguments::Names {
            package,
            name,
            version: Some(Version::new(number)),
        },
        Some(Constant::List(_)) => invalid_version("a list"),
        Some(Constant::Dict(_)) => invalid_version("a mapping"),
        Some(Constant::Undefined(word)) => {
            undefined("version", word).map_or(RefArguments::Dynamic, RefArguments::Invalid)
        }
        Some(Constant::Bool(true)) => RefArguments::Names {
            package,
            name,
            version: Some(Version::new("True")),
        },
        Some(Constant::Bool(false) | Constant::None | Constant::Unknown) => RefArguments::Dynamic,
    }
}

/// The fault of a name that nothing sets, where it is none of dbt's own.
fn undefined(argument: &'static str, word: &str) -> Option<InvalidRef> {
    let word = Some(word).filter(|word| context_member(word).is_none())?;
    Some(InvalidRef::Undefined {
        argument,
        word: word.into(),
    })
}

fn invalid_version(found: &'static str) -> RefArguments {
    RefArguments::Invalid(InvalidRef::NotText {
        argument: "version",
        found,
    })
}

enum Text {
    Known(ArcStr),
    Dynamic,
    Invalid(InvalidRef),
}

fn text(argument: &Argument<'_>, role: &'static str) -> Text {
    let found = match &argument.value {
        Constant::Str { text, .. } => return Text::Known(text.as_ref().into()),
        Constant::Unknown => return Text::Dynamic,
        Constant::Undefined(word) => {
            return undefined(role, word).map_or(Text::Dynamic, Text::Invalid);
        }
        Constant::Int(_) | Constant::Float(_) => "a number",
        Constant::Bool(_) => "a bool",
        Constant::None => "none",
        Constant::List(_) => "a list",
        Constant::Dict(_) => "a mapping",
    };
    Text::Invalid(InvalidRef::NotText {
        argument: role,
        found,
    })
}

/// The argument that dbt takes for the version: `version`, unless Python takes its value for false,
/// else `v`; `v=0` asks for no version.
fn version_argument<'a, 's>(arguments: &'a [Argument<'s>]) -> Option<&'a Argument<'s>> {
    let keyword = |wanted: &str| {
        let mut arguments = arguments.iter();
        arguments.find(|argument| argument.name.is_some_and(|(name, _)| name == wanted))
    };
    let is_some = |argument: &&Argument<'_>| argument.value.is_truthy() != Some(false);
    let is_refused = |argument: &&Argument<'_>| {
        matches!(
            argument.value,
            Constant::List(_) | Constant::Dict(_) | Constant::Undefined(_)
        )
    };
    keyword("version")
        .filter(is_some)
        .or_else(|| keyword("v").filter(|it| is_some(it) || is_refused(it)))
}

fn unknown_keyword<'s>(argument: &Argument<'s>) -> Option<(&'s str, Span)> {
    argument
        .name
        .filter(|(name, _)| !matches!(*name, "v" | "version"))
}

/// The text between the quotes, or the whole argument where it is no plain literal.
fn content_span(argument: &Argument<'_>) -> Span {
    match &argument.value {
        Constant::Str {
            content: Some(content),
            ..
        } => *content,
        Constant::Str { content: None, .. }
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Bool(_)
        | Constant::None
        | Constant::List(_)
        | Constant::Dict(_)
        | Constant::Undefined(_)
        | Constant::Unknown => argument.span,
    }
}
