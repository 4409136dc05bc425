//! Which SQL does a template make when dbt compiles it?
//!
//! The same evaluator, with what only a run tells as unknown: `execute`, `is_incremental`, what
//! stands in the warehouse. Refs and sources stay the tags that they are; so does everything in
//! the file that is not known. What is not known inside of a text that a macro makes leaves a hole
//! in it, written as a tag that nobody can tell anything of.

use foldhash::HashSet;

use super::call::Arguments;
use super::machine::{Machine, Step, Stop};
use super::value::Value;
use super::{Inputs, Library, Node};
use crate::syntax::jinja::{Output, Statement, Template};
use crate::text::Span;

/// Where a value stands that is not known.
pub(super) const HOLE: &str = "{{ _ }}";
/// Where anything may stand, a comma and more columns too.
const WIDE_HOLE: &str = "{{ ',' if _ }}";
/// What both have.
const MARK: &str = " _ }}";

/// What the file's own text has become so far.
pub(super) struct Expansion<'t> {
    source: &'t str,
    out: String,
}

/// The text that a template makes.
pub struct Expanded {
    /// All of it.
    pub text: String,
    /// Where what each statement of the template writes ends in it.
    pub(super) ends: Vec<usize>,
    /// The names that the file gives to macros.
    pub(super) given: HashSet<Box<str>>,
}

/// Where a file gives more names, nobody looks for each.
const MOST_GIVEN: usize = 256;

impl Expanded {
    /// Whether a name that the file gives stands in a part of the text, and is more there than a
    /// text of its own, `'name'`, as most of them are.
    #[must_use]
    pub fn may_show_given(&self, part: &str) -> bool {
        let bytes = part.as_bytes();
        let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let is_part = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$');
        let shows = |name: &str| {
            let mut places = memchr::memmem::find_iter(bytes, name.as_bytes());
            places.any(|at| {
                let around = (byte(at.checked_sub(1)), byte(Some(at + name.len())));
                around != (b'\'', b'\'') && !is_part(around.0) && !is_part(around.1)
            })
        };
        // Macros change the case of names, and hardly anything else.
        let is_shown = |name: &str| {
            let (upper, lower) = (name.to_uppercase(), name.to_lowercase());
            shows(name) || (upper != name && shows(&upper)) || (lower != name && shows(&lower))
        };
        self.given.len() > MOST_GIVEN || self.given.iter().any(|name| is_shown(name))
    }

    /// Whether the file gives a name to macros, in capitals or not.
    #[must_use]
    pub fn gives(&self, name: &str) -> bool {
        let mut given = self.given.iter();
        self.given.contains(name) || given.any(|given| given.eq_ignore_ascii_case(name))
    }

    /// What each statement of the file writes that can write something made.
    pub fn pieces<'e>(
        &'e self,
        template: &'e Template<'_>,
    ) -> impl Iterator<Item = (Span, &'e str)> {
        let mut start = 0;
        template
            .body
            .iter()
            .zip(&self.ends)
            .filter_map(move |(statement, end)| {
                let piece = self.text.get(start..*end).unwrap_or("");
                start = *end;
                Some((place_of(statement)?, piece))
            })
    }
}

/// The text that a template makes, as far as it is known; `None` where dbt would stop, or it is
/// too much.
#[must_use]
pub fn expand<'t>(
    source: &'t str,
    template: &Template<'t>,
    library: &Library<'t>,
    inputs: &Inputs<'_>,
    node: &Node<'_>,
) -> Option<Expanded> {
    expansion(&mut Machine::new(library, inputs, node), source, template)
}

/// The same, with a machine that is made.
pub(super) fn expansion<'x, 't>(
    machine: &mut Machine<'x, 't>,
    source: &'t str,
    template: &'x Template<'t>,
) -> Option<Expanded> {
    machine.expansion = Some(Expansion {
        source,
        out: String::new(),
    });
    let mut ends = Vec::with_capacity(template.body.len());
    let each = |machine: &mut Machine<'_, '_>| {
        let expansion = machine.expansion.as_ref();
        ends.push(expansion.map_or(0, |expansion| expansion.out.len()));
    };
    machine.body_with(&template.body, each).ok()?;
    let text = machine.expansion.take()?.out;
    let given = std::mem::take(&mut machine.names.given);
    Some(Expanded { text, ends, given })
}

impl<'x, 't> Machine<'x, 't> {
    /// Whether it goes as dbt compiles, not as it parses.
    pub fn compiles(&self) -> bool {
        self.expansion.is_some()
    }

    /// A value that dbt has while it parses, and another one when it compiles.
    pub fn while_parsed(&self, value: Value) -> Value {
        if self.compiles() {
            Value::Unknown
        } else {
            value
        }
    }

    /// A statement of the file's own text; those of macros and texts that are caught go on as ever.
    pub fn expanded(&mut self, statement: &'x Statement<'t>) -> Step<bool> {
        if !self.compiles() || !self.texts.is_empty() || self.doubt > 0 {
            return Ok(false);
        }
        match statement {
            Statement::Text(text) => self.put(text.value)?,
            Statement::Raw(raw) => self.keep(raw.span)?,
            Statement::Output(output) => self.put_output(output)?,
            Statement::Call(call) => {
                let value = self.captured(|this| this.call_block(call));
                self.put_value(value, call.span)?;
            }
            Statement::Filter(block) => self.keep(block.span)?,
            Statement::Comment(_)
            | Statement::Do(_)
            | Statement::If(_)
            | Statement::For(_)
            | Statement::Set(_)
            | Statement::SetBlock(_)
            | Statement::With(_)
            | Statement::Definition(_)
            | Statement::Break(_)
            | Statement::Continue(_)
            | Statement::Unsupported(_)
            | Statement::Error(_) => return Ok(false),
        }
        Ok(true)
    }

    fn put_output(&mut self, output: &'x Output<'t>) -> Step<()> {
        let value = self.eval(&output.expression);
        self.put_value(value, output.span)
    }

    fn put_value(&mut self, value: Step<Value>, span: Span) -> Step<()> {
        match value {
            Ok(value) => match self.heap.text(&value) {
                Some(text) => self.put(&text),
                None => self.keep(span),
            },
            Err(Stop::Failed) => self.keep(span),
            Err(stop) => Err(stop),
        }
    }

    fn put(&mut self, text: &str) -> Step<()> {
        self.grow(text.len())?;
        if let Some(expansion) = &mut self.expansion {
            expansion.out.push_str(text);
        }
        Ok(())
    }

    /// The file's own text as it stands there, for what may come out in many ways.
    pub fn keep(&mut self, span: Span) -> Step<()> {
        let is_own = self.texts.is_empty() && self.doubt == 0;
        if let Some(expansion) = self.expansion.as_ref().filter(|_| is_own) {
            let source = expansion.source;
            self.put(span.of(source))?;
        }
        Ok(())
    }

    /// What a macro writes while it makes a text.
    pub fn emit_expanded(&mut self, text: Option<&str>, is_value: bool) -> Step<()> {
        let is_doubtful = self.doubt > 0;
        let text = match text {
            Some(text) if !is_doubtful || text.trim().is_empty() => text,
            None if is_value && !is_doubtful => HOLE,
            Some(_) | None => WIDE_HOLE,
        };
        self.grow(text.len())?;
        if let Some(Some(out)) = self.texts.last_mut()
            && !(text == WIDE_HOLE && out.ends_with(WIDE_HOLE))
        {
            out.push_str(text);
        }
        Ok(())
    }

    /// A ref or source with known names, as a tag again.
    pub fn relation(&self, function: &str, arguments: &Arguments) -> Value {
        if !self.compiles() || arguments.has_more {
            return Value::Relation;
        }
        let mut written = Vec::new();
        let mut names = arguments.positional.iter();
        let is_named = names.all(|name| match name.as_text() {
            Some(text) if !text.contains(['\'', '\\', '{', '}']) => {
                written.push(format!("'{text}'"));
                true
            }
            Some(_) | None => false,
        });
        let mut keywords = arguments.keyword.iter();
        let is_versioned = keywords.all(|(name, value)| match self.heap.text(value) {
            Some(text) if matches!(&**name, "v" | "version") && !text.contains(['\'', '\\']) => {
                written.push(format!("{name}='{text}'"));
                true
            }
            Some(_) | None => false,
        });
        if is_named && is_versioned {
            Value::text(&format!("{{{{ {function}({}) }}}}", written.join(", ")))
        } else {
            Value::Relation
        }
    }
}

/// Whether a part of a text is not known.
pub(super) fn has_gap(text: &str) -> bool {
    text.contains(MARK)
}

/// Whether a text has a hole, or is a tag: what is asked of it nobody can tell.
pub(super) fn has_hole(text: &str) -> bool {
    has_gap(text)
        || text.contains("{{ this }}")
        || text.contains("{{ ref(")
        || text.contains("{{ source(")
}

/// Where a statement stands that writes something.
pub(super) fn place_of(statement: &Statement<'_>) -> Option<Span> {
    match statement {
        Statement::Output(output) => Some(output.span),
        Statement::If(branches) => Some(branches.span),
        Statement::For(each) => Some(each.span),
        Statement::Call(call) => Some(call.span),
        Statement::With(with) => Some(with.span),
        Statement::Text(_)
        | Statement::Comment(_)
        | Statement::Raw(_)
        | Statement::Set(_)
        | Statement::SetBlock(_)
        | Statement::Do(_)
        | Statement::Filter(_)
        | Statement::Definition(_)
        | Statement::Break(_)
        | Statement::Continue(_)
        | Statement::Unsupported(_)
        | Statement::Error(_) => None,
    }
}
