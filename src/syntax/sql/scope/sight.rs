//! Is a name seen in a select? One look that costs little, before anybody reads more.

use super::Scopes;
use crate::syntax::sql::tree::{SelectId, Tree};

impl Scopes {
    /// Whether a name without quotes is right in a select, or may be: one relation that is seen
    /// there has such a column, or one has columns that are not known. `false` says only that
    /// somebody has to look closer.
    #[must_use]
    pub fn sees(
        &self,
        tree: &Tree,
        select: SelectId,
        (qualifier, name): (Option<&str>, &str),
    ) -> bool {
        let symbol = |name| self.symbols.known(name, tree.dialect);
        let name = symbol(name);
        let mut at = Some(select);
        // As deep as selects can stand in each other.
        for _ in 0..256 {
            let Some(id) = at else { break };
            let is_meant = |it: &&super::Visible| match qualifier {
                Some(qualifier) => it.name.is_some() && it.name == symbol(qualifier),
                None => true,
            };
            let mut having = 0;
            for relation in self.relations(id).iter().filter(is_meant) {
                if !relation.columns.are_known() {
                    return true;
                }
                having += usize::from(name.is_some() && relation.columns.names.contains(&name));
            }
            if having > 0 {
                return having == 1;
            }
            let query = tree.select(id).query;
            at = query.and_then(|query| tree.query(query).within);
        }
        false
    }
}
