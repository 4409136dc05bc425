//! Which names are the same? A number for each name, so that comparing costs nothing.

use foldhash::HashMap;
use std::borrow::Cow;

use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::tree::{Name, NameKind};

/// A name, as far as names of columns are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    numbers: HashMap<Box<str>, Symbol>,
    /// Each as first written.
    written: Vec<(Box<str>, bool)>,
}

impl Symbols {
    /// The symbol of a name in the text; none if it is not written out.
    pub fn of_name(&mut self, name: &Name, text: &str, dialect: Dialect) -> Option<Symbol> {
        let folded = name.folded(text, dialect)?;
        let is_quoted = name.kind == NameKind::Quoted;
        Some(self.of_folded(folded, &name.text(text), is_quoted))
    }

    pub fn of_text(&mut self, name: &str, is_quoted: bool, dialect: Dialect) -> Symbol {
        self.of_folded(dialect.folded(name, is_quoted), name, is_quoted)
    }

    fn of_folded(&mut self, folded: Cow<'_, str>, written: &str, is_quoted: bool) -> Symbol {
        if let Some(symbol) = self.numbers.get(folded.as_ref()) {
            return *symbol;
        }
        let symbol = Symbol(u32::try_from(self.written.len()).unwrap_or(u32::MAX));
        self.numbers
            .insert(folded.into_owned().into_boxed_str(), symbol);
        self.written.push((written.into(), is_quoted));
        symbol
    }

    /// The symbol of a name in the text, where the text has it more than once or what it reads has
    /// it.
    pub fn of_known(&self, name: &Name, text: &str, dialect: Dialect) -> Option<Symbol> {
        self.numbers.get(&*name.folded(text, dialect)?).copied()
    }

    /// The symbol of a name without quotes, where the text or what it reads has it.
    pub fn known(&self, name: &str, dialect: Dialect) -> Option<Symbol> {
        self.numbers.get(&*dialect.folded(name, false)).copied()
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        self.written
            .get(symbol.0 as usize)
            .map_or("", |(name, _)| name.as_ref())
    }

    pub fn is_quoted(&self, symbol: Symbol) -> bool {
        let written = self.written.get(symbol.0 as usize);
        written.is_some_and(|(_, is_quoted)| *is_quoted)
    }
}
