//! `loom-config-name`: the loom config has a file name that dbt-loom does not read.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Meaning, Role};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::LoomConfigName,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
dbt-loom reads `dbt_loom.config.yml` in the folder that dbt is run in, and no other name; articles
spell it `dbt-loom.config.yml`, and dbt-loom passes over such a file without a word. It is read here
where there is no other, so that refs can be completed.

Good: rename the file, or set `DBT_LOOM_CONFIG` to its path.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let is_right = file.path == "dbt_loom.config.yml" || file.path.is_empty();
    if file.role != Role::LoomConfig || is_right {
        return Vec::new();
    }
    let is_chosen = file.loom.is_some_and(|loom| loom.is_rightly_named);
    let Some(Meaning::LoomConfig(_)) = file.facts.map(|facts| &*facts.meaning) else {
        return Vec::new();
    };
    if is_chosen {
        return Vec::new();
    }
    let message = "dbt-loom does not read a file of this name, only `dbt_loom.config.yml`";
    file.facts
        .map(|facts| Draft::new(facts.spans.first_line, message))
        .into_iter()
        .collect()
}
