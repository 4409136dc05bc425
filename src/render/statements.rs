//! What does each tag do?

use std::rc::Rc;

use super::Made;
use super::call::Arguments;
use super::expand::has_hole;
use super::machine::{Body, Caller, Expr, Machine, Scope, Step, Stop};
use super::missing::is_other_when_compiled;
use super::mistakes::plain_kind;
use super::value::{Loop, Value};
use crate::syntax::jinja::{
    Block, BlockKind, CallBlock, Definition, ExpressionKind, Filter, For, If, Reach, Set, SetBlock,
    Statement,
};

/// How many elements a loop goes through at most.
const MOST_ELEMENTS: usize = 20_000;

impl<'x, 't> Machine<'x, 't> {
    pub fn body(&mut self, body: Body<'x, 't>) -> Step<()> {
        self.body_with(body, |_| ())
    }

    /// The same, with something that is done behind each statement.
    pub fn body_with(&mut self, body: Body<'x, 't>, mut behind: impl FnMut(&mut Self)) -> Step<()> {
        body.iter().try_for_each(|statement| {
            self.deeper(|this| this.statement(statement))?;
            behind(self);
            Ok(())
        })
    }

    fn statement(&mut self, statement: &'x Statement<'t>) -> Step<()> {
        if self.expanded(statement)? {
            return Ok(());
        }
        match statement {
            Statement::Text(text) => self.emit_text(Some(text.value)),
            Statement::Raw(raw) => self.emit_text(Some(raw.value)),
            Statement::Comment(_) => Ok(()),
            Statement::Output(output) => {
                let value = self.eval(&output.expression)?;
                self.emit(&value)
            }
            Statement::Do(output) => self.eval(&output.expression).map(|_| ()),
            Statement::If(branches) => self.branches(branches),
            Statement::For(each) => self.each(each),
            Statement::Set(set) => self.set(set),
            Statement::SetBlock(set) => self.set_block(set),
            Statement::Call(call) => self.call_block(call),
            Statement::Filter(block) => {
                let value = self.captured(|this| this.scoped(|this| this.body(&block.body)))?;
                let value = self.filters(value, &block.filters)?;
                self.emit(&value)
            }
            Statement::With(with) => self.scoped(|this| {
                for (target, value) in &with.bindings {
                    let value = this.eval(value)?;
                    this.bind(target, &value)?;
                }
                this.body(&with.body)
            }),
            Statement::Definition(definition) => self.definition(definition),
            Statement::Break(_) => Err(Stop::Break),
            Statement::Continue(_) => Err(Stop::Continue),
            Statement::Unsupported(tag) if tag.loads_templates() => {
                Err(self.mistake(tag.span, tag.message()))
            }
            Statement::Unsupported(_) | Statement::Error(_) => Err(Stop::Failed),
        }
    }

    fn definition(&mut self, definition: &'x Definition<'t>) -> Step<()> {
        match definition.kind {
            BlockKind::Snapshot => {
                let (kind, name) = (definition.kind, definition.name);
                self.block = Some(Block { kind, name });
                let result = self.scoped(|this| this.body(&definition.body));
                self.block = None;
                result
            }
            BlockKind::Macro | BlockKind::Test | BlockKind::Materialization | BlockKind::Docs => {
                Ok(())
            }
        }
    }

    pub fn scoped<T>(&mut self, inside: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        self.scopes.push(Scope::default());
        let depth = self.scopes.len();
        let result = inside(self);
        self.scopes.truncate(depth - 1);
        result
    }

    fn branches(&mut self, all: &'x If<'t>) -> Step<()> {
        let mut is_other = false;
        for (at, branch) in all.branches.iter().enumerate() {
            let condition = self.eval(&branch.condition)?;
            is_other = is_other || is_other_when_compiled(&branch.condition);
            match self.heap.truth(&condition) {
                Some(true) => return self.while_parsing(is_other, |this| this.body(&branch.body)),
                Some(false) => {}
                None => return self.doubtful_branches(all, at),
            }
        }
        match &all.otherwise {
            Some(body) => self.while_parsing(is_other, |this| this.body(body)),
            None => Ok(()),
        }
    }

    /// Any of the branches from `first` on may be the one.
    fn doubtful_branches(&mut self, all: &'x If<'t>, first: usize) -> Step<()> {
        let mut made = Vec::new();
        for branch in all.branches.get(first..).unwrap_or_default() {
            let before = self.calls.len();
            self.in_doubt(|this| this.body(&branch.body))?;
            made.push(before..self.calls.len());
        }
        let before = self.calls.len();
        if let Some(body) = &all.otherwise {
            self.in_doubt(|this| this.body(body))?;
        }
        made.push(before..self.calls.len());
        self.settle_branches(&made)?;
        self.keep(all.span)?;
        self.in_doubt(|this| this.emit_text(None))
    }

    /// A call that every branch makes is made for certain.
    fn settle_branches(&mut self, branches: &[std::ops::Range<usize>]) -> Step<()> {
        if self.doubt > 0 || branches.iter().any(std::ops::Range::is_empty) {
            return Ok(());
        }
        let key = |made: &Made<'t>| {
            let values = made.site.arguments.iter().map(|it| {
                let value = it.value.clone().without_place();
                format!("{:?}{value:?}", it.name.map(|it| it.0))
            });
            let values: Vec<String> = values.collect();
            (made.site.callee.clone(), values)
        };
        let mut sets = Vec::new();
        for branch in branches {
            self.spend(branch.len() * 4)?;
            let calls = self.calls.get(branch.clone()).unwrap_or_default();
            sets.push(
                calls
                    .iter()
                    .map(key)
                    .collect::<std::collections::HashSet<_>>(),
            );
        }
        let whole = branches.first().map_or(0, |it| it.start)..self.calls.len();
        for made in self.calls.get_mut(whole).unwrap_or_default() {
            let key = key(made);
            if sets.iter().all(|set| set.contains(&key)) {
                made.site.reach = Reach::Always;
            }
        }
        Ok(())
    }

    /// The elements that a loop goes through; `None` where they are not known.
    pub fn elements(&mut self, value: &Value) -> Step<Option<Vec<Value>>> {
        let items = match value {
            Value::List(id) | Value::Tuple(id) => self.heap.items(*id).map(<[Value]>::to_vec),
            Value::Dict(id) => {
                let entries = self.heap.entries(*id);
                entries.map(|entries| entries.iter().map(|(key, _)| key.clone()).collect())
            }
            Value::Text(text) if has_hole(text) => None,
            Value::Text(text) => {
                self.spend(text.len() / 8)?;
                let letters = text
                    .chars()
                    .map(|letter| Value::text(letter.encode_utf8(&mut [0; 4])));
                Some(letters.take(MOST_ELEMENTS + 1).collect())
            }
            Value::Undefined => Some(Vec::new()),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                return Err(Stop::Failed);
            }
            _ => None,
        };
        if items
            .as_ref()
            .is_some_and(|items| items.len() > MOST_ELEMENTS)
        {
            return Err(Stop::Exhausted);
        }
        Ok(items)
    }

    fn each(&mut self, each: &'x For<'t>) -> Step<()> {
        let iterable = self.given(&each.iterable)?;
        if let Some(kind) = plain_kind(&iterable).filter(|_| iterable.as_text().is_none()) {
            let message = format!("a loop cannot go through {kind}");
            return Err(self.mistake(each.iterable.span, message));
        }
        let mark = self.doubt_mark();
        let result = if let Some(items) = self.elements(&iterable)? {
            self.each_of(each, items)
        } else {
            self.keep(each.span)?;
            self.in_doubt(|this| this.element(each, &Value::Unknown, &Value::Unknown))
                .and_then(|()| match &each.otherwise {
                    Some(body) => self.in_doubt(|this| this.body(body)),
                    None => self.in_doubt(|this| this.emit_text(None)),
                })
        };
        // What a loop that may have ended early has left out is not known.
        if self.compiles() && self.texts.is_empty() && self.doubt > mark.0 {
            return Err(Stop::Failed);
        }
        self.settle(mark);
        result
    }

    fn each_of(&mut self, each: &'x For<'t>, items: Vec<Value>) -> Step<()> {
        let items = match &each.condition {
            None => items,
            Some(condition) => match self.those(each, condition, &items)? {
                Some(items) => items,
                None => return self.doubtful_each(each, &items),
            },
        };
        if items.is_empty() {
            return match &each.otherwise {
                Some(body) => self.body(body),
                None => Ok(()),
            };
        }
        let items: Rc<[Value]> = items.into();
        for (index, item) in items.iter().enumerate() {
            let state = Value::Loop(Rc::new(Loop {
                index,
                items: Rc::clone(&items),
            }));
            match self.element(each, item, &state) {
                Ok(()) | Err(Stop::Continue) => {}
                Err(Stop::Break) => break,
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    fn doubtful_each(&mut self, each: &'x For<'t>, items: &[Value]) -> Step<()> {
        self.keep(each.span)?;
        for item in items {
            self.in_doubt(|this| this.element(each, item, &Value::Unknown))?;
        }
        self.in_doubt(|this| this.emit_text(None))
    }

    /// The elements that the condition of a loop keeps.
    fn those(
        &mut self,
        each: &'x For<'t>,
        condition: Expr<'x, 't>,
        items: &[Value],
    ) -> Step<Option<Vec<Value>>> {
        let mut kept = Vec::new();
        for item in items {
            let holds = self.scoped(|this| {
                this.bind(&each.target, item)?;
                let holds = this.eval(condition)?;
                Ok(this.heap.truth(&holds))
            })?;
            match holds {
                Some(true) => kept.push(item.clone()),
                Some(false) => {}
                None => return Ok(None),
            }
        }
        Ok(Some(kept))
    }

    fn element(&mut self, each: &'x For<'t>, item: &Value, state: &Value) -> Step<()> {
        self.scoped(|this| {
            this.bind(&each.target, item)?;
            this.assign("loop", state.clone());
            this.body(&each.body)
        })
    }

    /// Gives a name, several names, or an attribute of a namespace a value.
    pub fn bind(&mut self, target: Expr<'x, 't>, value: &Value) -> Step<()> {
        match &target.kind {
            ExpressionKind::Name(name) => {
                self.assign(name, value.clone());
                Ok(())
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                let items = match self.elements(value)? {
                    Some(items) if items.len() == targets.len() => items,
                    Some(items) => {
                        let (names, values) = (targets.len(), items.len());
                        let message = format!("{names} names cannot take {values} values");
                        return Err(self.mistake(target.span, message));
                    }
                    None => vec![Value::Unknown; targets.len()],
                };
                targets
                    .iter()
                    .zip(&items)
                    .try_for_each(|(target, item)| self.deeper(|this| this.bind(target, item)))
            }
            ExpressionKind::Attribute(attribute) => {
                if let Value::Namespace(id) = self.eval(&attribute.object)?
                    && self.may_change(id)
                {
                    self.grow(64)?;
                    self.heap
                        .set(id, Value::text(attribute.name), value.clone());
                }
                Ok(())
            }
            _ => Err(Stop::Failed),
        }
    }

    fn set(&mut self, set: &'x Set<'t>) -> Step<()> {
        let value = self.given(&set.value)?;
        self.bind(&set.target, &value)?;
        self.note_not_run(&set.target, &set.value, &value);
        Ok(())
    }

    fn set_block(&mut self, set: &'x SetBlock<'t>) -> Step<()> {
        let value = self.captured(|this| this.scoped(|this| this.body(&set.body)))?;
        let value = self.filters(value, &set.filters)?;
        self.bind(&set.target, &value)
    }

    fn filters(&mut self, value: Value, filters: &'x [Filter<'t>]) -> Step<Value> {
        filters.iter().try_fold(value, |value, filter| {
            self.check_filter(filter)?;
            let arguments = self.arguments(&filter.arguments)?;
            self.filter(filter.name, value, &arguments)
        })
    }

    pub fn call_block(&mut self, call: &'x CallBlock<'t>) -> Step<()> {
        let ExpressionKind::Call(inner) = &call.call.kind else {
            return Err(Stop::Failed);
        };
        let caller = Value::Caller(self.callers.len());
        self.callers.push(Caller {
            block: call,
            scopes: self.scopes.len(),
            is_in_file: self.is_in_file,
            file_call: self.file_call,
        });
        let value = self.call_expression(&call.call, inner, Some(caller))?;
        self.emit(&value)
    }

    /// `caller(…)`: the body of the `call` tag, with the names around that tag.
    pub fn ask_caller(&mut self, at: usize, arguments: &Arguments) -> Step<Value> {
        let Some(caller) = self.callers.get(at).copied() else {
            return Ok(Value::Unknown);
        };
        let above = self.scopes.split_off(caller.scopes.min(self.scopes.len()));
        let (in_file, file_call) = (self.is_in_file, self.file_call);
        (self.is_in_file, self.file_call) = (caller.is_in_file, caller.file_call);
        let result = self.captured(|this| {
            this.scoped(|this| {
                this.parameters(&caller.block.parameters, arguments)?;
                this.body(&caller.block.body)
            })
        });
        (self.is_in_file, self.file_call) = (in_file, file_call);
        self.scopes.truncate(caller.scopes);
        self.scopes.extend(above);
        result
    }
}
