//! The facts of SQL and Python files.

use thin_vec::ThinVec;

use crate::dbt::{Config, MemberKind, Value, context_member, global_macro};
use crate::render::Rendered;
use crate::syntax::jinja::{
    self, Argument, BlockDefinition, BlockKind, CallSite, Constant, Reach, Statement, Template,
};
use crate::syntax::python;
use crate::text::Span;

use super::{
    Code, CodeBlock, ConfigCall, ConfigSpans, Meaning, Owner, RefPlace, RefPlaces, Reference,
    Refused, Spans, reference, refused,
};

/// Reads a SQL file; whether dbt's rendering may see more in it.
pub(super) fn read_sql(
    text: &str,
    found: &mut Option<Refused>,
    needs_render: &mut bool,
) -> (Meaning, Spans) {
    if memchr::memmem::find(text.as_bytes(), b"{").is_none() {
        return (Meaning::Code(Code::default()), Spans::default());
    }
    let template = jinja::parse(text);
    let blocks = jinja::blocks(&template);
    *found = refused::of_sql(text, &template, &blocks).some();
    let calls = jinja::calls(&template);
    *needs_render = calls.iter().any(may_hold_more)
        || template.body.iter().any(repeats)
        || jinja::reckons(&template);
    read(
        text,
        calls.iter().map(Site::written),
        &blocks,
        RefPlace::Sql,
    )
}

/// The refs and sources that a text has, and where they stand in it; `template` is parsed of it.
#[must_use]
pub fn references_in(text: &str, template: &Template<'_>) -> (ThinVec<Reference>, RefPlaces) {
    let blocks = jinja::blocks(template);
    let calls = jinja::calls(template);
    let sites = calls.iter().map(Site::written);
    let (code, spans) = code_of(text, sites, &blocks, RefPlace::Sql);
    (code.references, spans.references)
}

/// Whether a statement may write columns that its text does not have one by one.
fn repeats(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::For(_) => true,
        Statement::If(all) => {
            let branches = all.branches.iter().flat_map(|branch| &branch.body);
            let mut inside = branches.chain(all.otherwise.iter().flatten());
            inside.any(|it| matches!(it, Statement::For(_)))
        }
        _ => false,
    }
}

/// A call, and whether it stands where it is made.
struct Site<'c, 'a> {
    call: &'c CallSite<'a>,
    is_direct: bool,
}

impl<'c, 'a> Site<'c, 'a> {
    fn written(call: &'c CallSite<'a>) -> Self {
        Self {
            call,
            is_direct: true,
        }
    }
}

/// Functions whose calls hold no refs, whatever they give.
fn is_plain_function(name: &str) -> bool {
    match name {
        "is_incremental" | "doc" | "caller" => true,
        "render" | "try_or_compiler_error" => false,
        _ => context_member(name).is_some_and(|member| member.kind == MemberKind::Function),
    }
}

/// Things with methods whose calls hold no refs.
fn is_plain_object(name: &str) -> bool {
    name == "loop" || (name != "context" && context_member(name).is_some())
}

/// Whether rendering may tell more of a call than its text does.
fn may_hold_more(call: &CallSite<'_>) -> bool {
    let is_in_macro = call
        .block
        .is_some_and(|block| block.kind != BlockKind::Snapshot);
    if is_in_macro || !matches!(call.reach, Reach::Always | Reach::Unknown) {
        return false;
    }
    match call.callee.as_slice() {
        ["config"] if !is_taken_by_config(&call.arguments) => true,
        ["ref" | "source" | "config" | "metric" | "function"] | ["builtins", _] => {
            call.reach == Reach::Unknown || !call.arguments.iter().all(is_plain)
        }
        ["var"] => call.arguments.len() < 2,
        // What stops dbt, and what may find nothing.
        ["return"] | ["adapter", "dispatch"] => true,
        ["exceptions", name] => !name.starts_with("warn"),
        [name] => !is_plain_function(name),
        ["dbt", name] => global_macro(name, None).is_none(),
        [object, .., method] => !is_plain_object(object) && !is_method(method),
        [] => false,
    }
}

/// Whether `config()` takes such arguments: keywords, or one dict.
fn is_taken_by_config(arguments: &[Argument<'_>]) -> bool {
    match arguments {
        [] => false,
        [one] => one.name.is_some() || one.is_spread || matches!(one.value, Constant::Dict(_)),
        all => all.iter().all(|it| it.name.is_some() || it.is_spread),
    }
}

fn is_plain(argument: &Argument<'_>) -> bool {
    !argument.is_spread && argument.value != Constant::Unknown
}

/// Python's methods that templates use.
fn is_method(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "extend"
            | "insert"
            | "pop"
            | "remove"
            | "update"
            | "get"
            | "items"
            | "keys"
            | "values"
            | "split"
            | "replace"
            | "join"
            | "upper"
            | "lower"
            | "strip"
            | "startswith"
            | "endswith"
            | "format"
            | "strftime"
    )
}

/// What a render found, with the calls of the text that it did not come to.
pub(super) fn read_rendered(
    text: &str,
    template: &Template<'_>,
    rendered: &Rendered<'_>,
) -> (Meaning, Spans) {
    let blocks = jinja::blocks(template);
    let is_made = |call: &CallSite<'_>| {
        let mut made = rendered.calls.iter().filter(|made| made.is_direct);
        made.any(|made| made.site.span == call.span)
    };
    let mut left = jinja::calls(template);
    left.retain(|call| !is_made(call));
    for call in &mut left {
        let is_in_macro = call
            .block
            .is_some_and(|block| block.kind != BlockKind::Snapshot);
        let may_be_met = matches!(call.reach, Reach::Always | Reach::Unknown);
        if rendered.is_understood && !is_in_macro && may_be_met {
            call.reach = Reach::Never;
        }
    }
    let made = rendered.calls.iter().map(|made| Site {
        call: &made.site,
        is_direct: made.is_direct,
    });
    let mut sites: Vec<_> = made.chain(left.iter().map(Site::written)).collect();
    sites.sort_by_key(|site| site.call.span.start);
    read(text, sites.into_iter(), &blocks, RefPlace::Sql)
}

/// Reads the docs blocks of a Markdown file.
pub(super) fn read_docs(text: &str, found: &mut Option<Refused>) -> (Meaning, Spans) {
    if ["{{", "{%", "{#"].iter().all(|tag| !text.contains(tag)) {
        return (Meaning::Code(Code::default()), Spans::default());
    }
    let template = jinja::parse(text);
    let mut blocks = jinja::blocks(&template);
    *found = refused::of_docs(text, &template, &blocks);
    blocks.retain(|block| block.kind == BlockKind::Docs);
    read(text, std::iter::empty(), &blocks, RefPlace::Description)
}

/// Reads a Python model.
pub(super) fn read_python(text: &str) -> (Meaning, Spans) {
    read(
        text,
        python::calls(text).iter().map(Site::written),
        &[],
        RefPlace::Python,
    )
}

fn read<'c, 'a: 'c>(
    text: &str,
    sites: impl Iterator<Item = Site<'c, 'a>>,
    blocks: &[BlockDefinition<'_>],
    place: RefPlace,
) -> (Meaning, Spans) {
    let (code, spans) = code_of(text, sites, blocks, place);
    (Meaning::Code(code), spans)
}

fn code_of<'c, 'a: 'c>(
    text: &str,
    sites: impl Iterator<Item = Site<'c, 'a>>,
    blocks: &[BlockDefinition<'_>],
    place: RefPlace,
) -> (Code, Spans) {
    let mut code = Code::default();
    let mut spans = Spans::default();
    for block in blocks {
        code.blocks.push(CodeBlock {
            kind: block.kind,
            name: block.name.into(),
            parameters: block
                .arguments
                .iter()
                .map(|it| it.written(text).into())
                .collect(),
        });
        spans.blocks.push(block.name_span);
    }
    for site in sites {
        let call = site.call;
        let block = block_of(call, blocks);
        let (place, owner) = owner_of(block, &code.blocks, place);
        if let Some((reference, mut span)) = reference::read(call, place, owner) {
            if !site.is_direct {
                // Nothing of it can be read at the call that led to it.
                (span.name, span.package, span.version) = (None, None, None);
            }
            code.references.push(reference);
            spans.references.push(span);
        } else if is_config(call) {
            read_hooks(call, block, &mut code, &mut spans);
            let (config, span) = read_config(call, block);
            code.configs.push(config);
            spans.configs.push(span);
        }
    }
    (code, spans)
}

fn is_config(call: &CallSite<'_>) -> bool {
    matches!(
        call.callee.as_slice(),
        ["config"] | ["builtins" | "dbt", "config"]
    )
}

/// The block that a call stands in, by index.
fn block_of(call: &CallSite<'_>, blocks: &[BlockDefinition<'_>]) -> Option<u32> {
    call.block.as_ref()?;
    let at = blocks
        .iter()
        .rposition(|block| block.span.contains(call.span))?;
    u32::try_from(at).ok()
}

fn owner_of(block: Option<u32>, blocks: &[CodeBlock], place: RefPlace) -> (RefPlace, Owner) {
    let Some(index) = block else {
        return (place, Owner::File);
    };
    let kind = blocks.get(index as usize).map(|block| block.kind);
    match kind {
        Some(BlockKind::Macro | BlockKind::Test | BlockKind::Materialization) => {
            (RefPlace::MacroBody, Owner::Block(index))
        }
        Some(BlockKind::Snapshot | BlockKind::Docs) | None => (place, Owner::Block(index)),
    }
}

/// The refs in the SQL of `pre_hook` and `post_hook`: dbt renders it as part of the resource.
fn read_hooks(call: &CallSite<'_>, block: Option<u32>, code: &mut Code, spans: &mut Spans) {
    let is_hook = |name: &str| matches!(&*key(name), "pre-hook" | "post-hook");
    let hooks = call
        .arguments
        .iter()
        .filter(|argument| argument.name.is_some_and(|(name, _)| is_hook(name)));
    for hook in hooks {
        let mut texts = Vec::new();
        hook_texts(&hook.value, &mut texts);
        for (text, content) in texts {
            let template = jinja::parse(text);
            let owner = block.map_or(Owner::File, Owner::Block);
            let calls = jinja::calls(&template);
            let read = |call| reference::read(call, RefPlace::Hook, owner);
            for (mut reference, span) in calls.iter().filter_map(read) {
                if call.reach != Reach::Always {
                    reference.reach = call.reach;
                }
                code.references.push(reference);
                spans.references.push(span.inside(content, text.len()));
            }
        }
    }
}

/// The texts of a hook that have Jinja in them: one text, a list of them, or mappings with `sql`.
fn hook_texts<'c>(value: &'c Constant<'_>, texts: &mut Vec<(&'c str, Span)>) {
    match value {
        Constant::Str {
            text,
            content: Some(content),
        } if text.contains("{{") => {
            texts.push((text, *content));
        }
        Constant::List(items) => items.iter().for_each(|item| hook_texts(item, texts)),
        Constant::Dict(entries) => {
            for (_, value) in entries {
                hook_texts(value, texts);
            }
        }
        Constant::Str { .. }
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Bool(_)
        | Constant::None
        | Constant::Undefined(_)
        | Constant::Unknown => {}
    }
}

fn read_config(call: &CallSite<'_>, block: Option<u32>) -> (ConfigCall, ConfigSpans) {
    let mut config = ConfigCall {
        values: Vec::new(),
        has_unknown_keys: false,
        reach: call.reach,
        block,
    };
    let mut spans = Vec::new();
    for argument in &call.arguments {
        match (argument.name, &argument.value) {
            (Some((name, keyword)), value) => {
                config.values.push((key(name), value_of(value)));
                spans.push(keyword.cover(argument.span));
            }
            (None, Constant::Dict(entries)) if !argument.is_spread => {
                for (name, value) in entries {
                    config.has_unknown_keys |= !push_entry(&mut config, name, value);
                }
                spans.resize(config.values.len(), argument.span);
            }
            (None, _) => config.has_unknown_keys = true,
        }
    }
    (
        config,
        ConfigSpans {
            call: call.span,
            values: spans.into(),
        },
    )
}

fn push_entry(config: &mut ConfigCall, name: &Constant<'_>, value: &Constant<'_>) -> bool {
    let Constant::Str { text, .. } = name else {
        return false;
    };
    config.values.push((key(text), value_of(value)));
    true
}

/// dbt takes `pre_hook` for `pre-hook`.
fn key(name: &str) -> Box<str> {
    match name {
        "pre_hook" => "pre-hook".into(),
        "post_hook" => "post-hook".into(),
        other => other.into(),
    }
}

/// The value that a constant stands for.
fn value_of(constant: &Constant<'_>) -> Value {
    match constant {
        // dbt reads plain files fast and keeps their escapes, and others with Jinja, which does not.
        Constant::Str {
            text,
            content: Some(content),
        } if content.len() != text.len() => Value::Unknown,
        Constant::Str { text, .. } => Value::Text(text.as_ref().into()),
        Constant::Int(number) => match number.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::Unknown,
        },
        Constant::Float(number) => Value::Float(number.as_ref().into()),
        Constant::Bool(value) => Value::Bool(*value),
        Constant::None => Value::Null,
        Constant::List(items) => Value::List(items.iter().map(value_of).collect()),
        Constant::Dict(entries) => {
            let entry = |(key, value): &(Constant<'_>, Constant<'_>)| {
                Some((key.as_str()?.into(), value_of(value)))
            };
            let entries: Option<Config> = entries.iter().map(entry).collect();
            entries.map_or(Value::Unknown, Value::Map)
        }
        Constant::Undefined(_) | Constant::Unknown => Value::Unknown,
    }
}
