//! `unset-variable`: the loom config uses an environment variable that is not set.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnsetVariable,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The loom config has `$NAME` or `${NAME}`, and there is no environment variable of that name. dbt-loom
puts nothing in its place and goes on, so that a path may name something else than was meant.

There are no defaults: `${NAME:-value}` is a variable called `NAME:-value`. An editor that was not
started from a shell may lack variables that the shell has.

Bad, where `UPSTREAM` is not set:

```yaml
path: ${UPSTREAM}/target/manifest.json
```
";

fn check(file: &File<'_>) -> Vec<Draft> {
    super::loom_problems(file, RuleId::UnsetVariable)
}
