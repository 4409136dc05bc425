//! What is this rule about, for somebody at a terminal?

use std::fmt::Write;

use crate::ide::diagnostics;
use crate::load;
use crate::rules::RuleId;

/// All rules with what they are set to by default, one a line.
#[must_use]
pub fn rule_list() -> String {
    let width = RuleId::ALL
        .iter()
        .map(|rule| rule.as_str().len())
        .max()
        .unwrap_or(0);
    RuleId::ALL.iter().fold(String::new(), |mut list, rule| {
        let (id, level) = (rule.as_str(), rule.default_level().as_str());
        // Writing to a text cannot fail.
        let _ = writeln!(list, "{id:width$}  {level:11}  {}", rule.summary());
        list
    })
}

/// What there is to know about one rule.
///
/// # Errors
///
/// Where there is no rule of this id.
pub fn rule_text(id: &str) -> Result<String, String> {
    let rule = load::rule(id)?;
    let (id, level) = (rule.as_str(), rule.default_level().as_str());
    let explanation = diagnostics::explain(rule).trim();
    let summary = rule.summary();
    Ok(format!(
        "{id} ({level} by default): {summary}\n\n{explanation}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_listed_and_explained() {
        let list = rule_list();
        for rule in RuleId::ALL {
            assert!(list.contains(rule.as_str()));
            assert!(rule_text(rule.as_str()).unwrap().contains(rule.summary()));
        }
    }

    #[test]
    fn a_wrong_id_is_told_the_right_one() {
        assert_eq!(
            rule_text("unknown-modle").unwrap_err(),
            "there is no rule `unknown-modle`; did you mean `unknown-model`?"
        );
        assert!(rule_text("x").unwrap_err().contains("lists them"));
    }
}
