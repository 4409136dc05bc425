//! The state of one render: names, values, what was called, and how much of it may still happen.
//!
//! Where a condition is not known, what stands under it is gone through *in doubt*: its calls are
//! recorded as calls that dbt may make, and names that it sets are unknown behind it.

use std::rc::Rc;

use super::expand::Expansion;
use super::library::Library;
use super::mistakes::Running;
use super::names::Names;
use super::seen::{Seen, weight};
use super::value::{Heap, Id, Value};
use super::{Inputs, Made, MissingMacro, MissingVar, Mistake, Node};
use crate::syntax::jinja::{Block, CallArgument, CallBlock, Expression, Statement};
use crate::text::Span;

/// How many statements, expressions and elements one render goes through.
const STEPS: u32 = 200_000;
/// How deep it goes into expressions, tags and macros.
const DEPTH: u32 = 160;
/// How many bytes of text and how many values it makes.
const LARGEST: usize = 8 << 20;
/// How many calls it records.
const MOST_CALLS: usize = 5_000;

/// Why something is not gone through to its end.
pub(super) enum Stop {
    /// A macro's `return`.
    Return(Value),
    Break,
    Continue,
    /// dbt would stop here, or we cannot tell what it does.
    Failed,
    /// It is too much.
    Exhausted,
}

pub(super) type Step<T> = Result<T, Stop>;

/// Names of one block of a template.
#[derive(Default)]
pub(super) struct Scope {
    pub names: Vec<(Rc<str>, Value)>,
    pub kind: ScopeKind,
    /// The parameters of the macro that nobody gave.
    pub not_given: Vec<Rc<str>>,
    /// Names for what `run_query` gave while dbt parses, which is nothing.
    pub not_run: Vec<Rc<str>>,
}

/// How far a look-up goes down from a scope.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// To the scope around it.
    #[default]
    Block,
    /// No further: a macro of the library.
    Macro,
}

/// `{% call %}` whose body may be asked for.
#[derive(Clone, Copy)]
pub(super) struct Caller<'x, 't> {
    pub block: &'x CallBlock<'t>,
    pub scopes: usize,
    pub is_in_file: bool,
    pub file_call: Option<Span>,
}

pub(super) struct Machine<'x, 't> {
    pub library: &'x Library<'t>,
    pub inputs: &'x Inputs<'x>,
    pub node: &'x Node<'x>,
    pub heap: Heap,
    pub scopes: Vec<Scope>,
    pub callers: Vec<Caller<'x, 't>>,
    /// Texts that are being made; `None` where one is not wanted or not known.
    pub texts: Vec<Option<String>>,
    pub doubt: u32,
    /// How many values there were when doubt began.
    doubt_began: Id,
    assigned: Vec<(usize, Rc<str>)>,
    /// Whether a macro may have returned before its end.
    pub may_have_returned: bool,
    pub is_understood: bool,
    /// How often a default stood in for a variable that whoever runs dbt may set.
    pub defaults: u32,
    /// Whether the tree that is gone through is the file's own.
    pub is_in_file: bool,
    /// The call in the file that led here.
    pub file_call: Option<Span>,
    /// The snapshot that is gone through.
    pub block: Option<Block<'t>>,
    pub calls: Vec<Made<'t>>,
    seen: Seen,
    pub mistakes: Vec<Mistake>,
    /// What dbt refuses when it compiles, and passes over while it parses.
    pub mistakes_when_compiled: Vec<Mistake>,
    pub missing_vars: Vec<MissingVar>,
    pub missing_macros: Vec<MissingMacro>,
    /// The macros of the library that run, each with what it is given.
    pub running: Vec<Running>,
    /// The text that the file makes, where that is asked for.
    pub expansion: Option<Expansion<'t>>,
    /// The names that the file gives to macros.
    pub names: Names,
    /// How many conditions around hold while dbt parses, and perhaps not when it compiles.
    pub only_parsing: u32,
    steps: u32,
    depth: u32,
    size: usize,
}

impl<'x, 't> Machine<'x, 't> {
    pub fn new(library: &'x Library<'t>, inputs: &'x Inputs<'x>, node: &'x Node<'x>) -> Self {
        Self {
            library,
            inputs,
            node,
            heap: Heap::default(),
            scopes: vec![Scope::default()],
            callers: Vec::new(),
            texts: Vec::new(),
            doubt: 0,
            doubt_began: 0,
            assigned: Vec::new(),
            may_have_returned: false,
            is_understood: true,
            defaults: 0,
            is_in_file: true,
            file_call: None,
            block: None,
            calls: Vec::new(),
            seen: Seen::default(),
            mistakes: Vec::new(),
            mistakes_when_compiled: Vec::new(),
            missing_vars: Vec::new(),
            missing_macros: Vec::new(),
            running: Vec::new(),
            expansion: None,
            names: Names::default(),
            only_parsing: 0,
            steps: STEPS,
            depth: 0,
            size: 0,
        }
    }

    /// Counts work that is about to be done.
    pub fn spend(&mut self, steps: usize) -> Step<()> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(Stop::Exhausted)?;
        Ok(())
    }

    /// Counts memory that is about to be used.
    pub fn grow(&mut self, bytes: usize) -> Step<()> {
        self.size = self.size.saturating_add(bytes);
        if self.size > LARGEST {
            return Err(Stop::Exhausted);
        }
        Ok(())
    }

    /// Goes one level deeper.
    pub fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        self.spend(1)?;
        if self.depth >= DEPTH {
            return Err(Stop::Exhausted);
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    pub fn text(&mut self, text: &str) -> Step<Value> {
        self.grow(text.len())?;
        Ok(Value::text(text))
    }

    pub fn list(&mut self, items: Vec<Value>) -> Step<Value> {
        self.grow(items.len() * 32 + 32)?;
        Ok(self.heap.list(items))
    }

    /// What cannot be known: nothing that depends on it is trusted.
    pub fn lose_sight(&mut self) -> Value {
        self.is_understood = false;
        Value::Unknown
    }

    // Names.

    pub fn look_up(&self, name: &str) -> Option<Value> {
        let find = |scope: &Scope| {
            let found = scope.names.iter().rev().find(|(known, _)| **known == *name);
            found.map(|(_, value)| value.clone())
        };
        for scope in self.scopes.iter().rev() {
            if let Some(value) = find(scope) {
                return Some(value);
            }
            match scope.kind {
                ScopeKind::Block => {}
                ScopeKind::Macro => return None,
            }
        }
        None
    }

    pub fn assign(&mut self, name: &str, value: Value) {
        let at = self.scopes.len().saturating_sub(1);
        let Some(scope) = self.scopes.last_mut() else {
            return;
        };
        let place = scope.names.iter_mut().find(|(known, _)| **known == *name);
        let name: Rc<str> = if let Some((name, place)) = place {
            *place = value;
            Rc::clone(name)
        } else {
            let name: Rc<str> = name.into();
            scope.names.push((Rc::clone(&name), value));
            name
        };
        if self.doubt > 0 {
            self.assigned.push((at, name));
        }
    }

    // Doubt.

    /// Goes through what dbt may do or not do.
    pub fn in_doubt(&mut self, inside: impl FnOnce(&mut Self) -> Step<()>) -> Step<()> {
        let mark = self.assigned.len();
        if self.doubt == 0 {
            self.doubt_began = self.heap.len();
        }
        self.doubt += 1;
        match inside(self) {
            Ok(()) | Err(Stop::Failed) => {
                self.doubt -= 1;
                self.forget(mark);
            }
            // Whether what follows happens is in doubt too: up to the end of the loop or macro.
            Err(Stop::Return(_)) => self.may_have_returned = true,
            Err(Stop::Break | Stop::Continue) => {}
            Err(Stop::Exhausted) => return Err(Stop::Exhausted),
        }
        Ok(())
    }

    pub fn doubt_mark(&self) -> (u32, usize) {
        (self.doubt, self.assigned.len())
    }

    /// The end of a loop or macro: doubt that a `break` or `return` in it left ends here.
    pub fn settle(&mut self, (doubt, mark): (u32, usize)) {
        if self.doubt > doubt {
            self.doubt = doubt;
            self.forget(mark);
        }
    }

    fn forget(&mut self, mark: usize) {
        let assigned = self.assigned.get(mark..).unwrap_or_default().to_vec();
        for (at, name) in &assigned {
            let names = self.scopes.get_mut(*at).map(|scope| &mut scope.names);
            let place = names.and_then(|names| names.iter_mut().find(|(known, _)| known == name));
            if let Some((_, place)) = place {
                *place = Value::Unknown;
            }
        }
        if self.doubt == 0 {
            self.assigned.clear();
        }
    }

    /// Whether a list or dict may be changed; where that is in doubt it is unknown from here on.
    pub fn may_change(&mut self, id: Id) -> bool {
        if self.doubt > 0 && id < self.doubt_began {
            self.heap.lose(id);
            return false;
        }
        true
    }

    // Texts.

    pub fn emit(&mut self, value: &Value) -> Step<()> {
        let Some(Some(_)) = self.texts.last() else {
            return Ok(());
        };
        let text = if self.doubt > 0 {
            None
        } else {
            self.heap.text(value)
        };
        if self.compiles() {
            return self.emit_expanded(text.as_deref(), true);
        }
        self.emit_text(text.as_deref())
    }

    pub fn emit_text(&mut self, text: Option<&str>) -> Step<()> {
        if self.compiles() {
            return self.emit_expanded(text, false);
        }
        self.grow(text.map_or(0, str::len))?;
        let is_doubtful = self.doubt > 0;
        if let Some(top) = self.texts.last_mut() {
            match (top.as_mut(), text) {
                (Some(out), Some(text)) if !is_doubtful || text.trim().is_empty() => {
                    out.push_str(text);
                }
                (_, _) => *top = None,
            }
        }
        Ok(())
    }

    /// The text that something writes.
    pub fn captured(&mut self, inside: impl FnOnce(&mut Self) -> Step<()>) -> Step<Value> {
        self.texts.push(Some(String::new()));
        let result = inside(self);
        let text = self.texts.pop().flatten();
        result?;
        Ok(text.map_or(Value::Unknown, |text| Value::text(&text)))
    }

    // Calls.

    pub fn record(&mut self, made: Made<'t>) -> Step<()> {
        if self.calls.len() >= MOST_CALLS {
            return Err(Stop::Exhausted);
        }
        self.spend(weight(&made.site.arguments) + 1)?;
        // Calls in doubt are all kept: what every branch makes is certain.
        if self.doubt > 0 || self.seen.is_new(&self.calls, &made) {
            self.calls.push(made);
        }
        Ok(())
    }
}

/// What is evaluated with, in short.
pub(super) type Body<'x, 't> = &'x [Statement<'t>];
pub(super) type Expr<'x, 't> = &'x Expression<'t>;
pub(super) type Args<'x, 't> = &'x [CallArgument<'t>];
