//! Which definitions of selectors.yml does dbt refuse? It reads all of them whatever it is asked to
//! do (dbt-core `config/selectors.py`, `graph/cli.py`, `graph/selector_spec.py`).

use crate::dbt::schema::METHODS;
use crate::dbt::{Value, closest};
use crate::project::facts::value_of;
use crate::syntax::yaml::{Entry, Node, Value as Yaml};
use crate::text::Span;

use super::{Misfit, Verdict, Walk};

/// Sets that are made of other definitions.
const SETS: [&str; 2] = ["union", "intersection"];
/// Deeper ones are nobody's.
const DEEPEST: u32 = 64;

impl Walk<'_> {
    /// The definitions below `selectors`, and which of them is the default.
    pub(super) fn selectors(&mut self, root: &Node<'_>) {
        let mut has_default = false;
        for selector in root.get("selectors").map_or(&[][..], Node::items) {
            if let Some(definition) = selector.entry("definition") {
                self.definition(&definition.value, definition.key_span, true, 0);
            }
            let default = selector.entry("default");
            if let Some(default) = default.filter(|it| value_of(&it.value) == Value::Bool(true)) {
                if has_default {
                    let message = "another selector is the default; dbt takes one only";
                    self.refuse(default.key_span, message.to_owned());
                }
                has_default = true;
            }
        }
    }

    fn refuse(&mut self, span: Span, message: String) {
        self.add(span, Verdict::RefusedValue, message);
    }

    fn definition(&mut self, node: &Node<'_>, key: Span, is_root: bool, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        match &node.value {
            Yaml::Map(entries) => {
                let set = entries
                    .iter()
                    .position(|entry| SETS.contains(&&*entry.key.text));
                match set {
                    Some(at) => self.set(entries, at, is_root, depth),
                    None => self.method(node, entries, key, depth),
                }
            }
            Yaml::Scalar(scalar) => match value_of(node) {
                Value::Text(text) => self.text(&text, scalar.content),
                Value::Jinja(_) | Value::Unknown => {}
                // At the root the type alone says it.
                _ if is_root => {}
                _ => self.refuse(node.span, "a definition is a text or a mapping".to_owned()),
            },
            Yaml::Null | Yaml::List(_) if is_root => {}
            Yaml::Null | Yaml::List(_) => {
                self.refuse(key, "a definition is a text or a mapping".to_owned());
            }
        }
    }

    /// A union or an intersection.
    fn set(&mut self, entries: &[Entry<'_>], at: usize, is_root: bool, depth: u32) {
        let mut others = entries.iter().enumerate().filter(|(other, _)| *other != at);
        if let Some((_, other)) = others.next_back().filter(|_| is_root) {
            let message = format!(
                "`{}` stands beside a set; a definition is one set and nothing else",
                other.key.text
            );
            return self.refuse(other.key_span, message);
        }
        // Of two sets dbt takes the union.
        let union = entries.iter().find(|entry| entry.key.text == "union");
        let Some(set) = union.or_else(|| entries.get(at)) else {
            return;
        };
        let Some(items) = self.list(set) else { return };
        let mut has_excluded = false;
        for item in items {
            match item.entry("exclude") {
                Some(exclude) => {
                    if has_excluded {
                        let message = "a second `exclude` in one set; dbt takes one only";
                        self.refuse(exclude.key_span, message.to_owned());
                    }
                    has_excluded = true;
                    self.exclude(exclude, depth);
                }
                None => self.definition(item, set.key_span, false, depth + 1),
            }
        }
    }

    fn exclude(&mut self, exclude: &Entry<'_>, depth: u32) {
        for item in self.list(exclude).unwrap_or_default() {
            self.definition(item, exclude.key_span, false, depth + 1);
        }
    }

    fn list<'n>(&mut self, entry: &'n Entry<'_>) -> Option<&'n [Node<'n>]> {
        match &entry.value.value {
            Yaml::List(items) => Some(items),
            _ if value_of(&entry.value).is_unknown() => None,
            _ => {
                let message = format!("`{}` is a list of definitions", entry.key.text);
                self.refuse(entry.key_span, message);
                None
            }
        }
    }

    /// `method: value`, or `method` and `value` with what goes with them.
    fn method(&mut self, node: &Node<'_>, entries: &[Entry<'_>], key: Span, depth: u32) {
        let (method, value) = (node.entry("method"), node.entry("value"));
        match (entries, method, value) {
            ([one], None, None) => self.method_name(&one.key.text, one.key_span),
            (_, Some(method), Some(_)) => {
                if let Value::Text(name) = value_of(&method.value) {
                    self.method_name(&name, method.value.span);
                }
                if let Some(exclude) = node.entry("exclude") {
                    self.exclude(exclude, depth);
                }
                self.around(node);
            }
            (_, Some(method), None) => {
                self.refuse(
                    method.key_span,
                    "`method` needs `value` beside it".to_owned(),
                );
            }
            (_, None, Some(value)) => {
                self.refuse(
                    value.key_span,
                    "`value` needs `method` beside it".to_owned(),
                );
            }
            (_, None, None) => {
                let place = entries.get(1).map_or(key, |entry| entry.key_span);
                let message = "a definition is one method with its value, or `method` and `value`";
                self.refuse(place, message.to_owned());
            }
        }
    }

    /// What is selected along with it.
    fn around(&mut self, node: &Node<'_>) {
        let is_set = |key: &str| {
            let value = node.get(key).map(value_of);
            value == Some(Value::Bool(true))
        };
        if let Some(at) = node
            .entry("childrens_parents")
            .filter(|_| is_set("children"))
            && is_set("childrens_parents")
        {
            let message = "`childrens_parents` and `children` do not go together";
            self.refuse(at.key_span, message.to_owned());
        }
        let words = ["eager", "cautious", "buildable", "empty"];
        if let Some(at) = node.get("indirect_selection") {
            match value_of(at) {
                Value::Jinja(_) | Value::Unknown => {}
                Value::Text(word) if words.contains(&&*word) => {}
                _ => {
                    let message =
                        "`indirect_selection` is `eager`, `cautious`, `buildable` or `empty`";
                    self.refuse(at.span, message.to_owned());
                }
            }
        }
        for key in ["parents_depth", "children_depth"] {
            if let Some(at) = node.get(key)
                && let Value::Text(text) = value_of(at)
                && !text.is_empty()
                && text.trim().parse::<i64>().is_err()
            {
                self.refuse(at.span, format!("`{key}` is a whole number"));
            }
        }
    }

    fn method_name(&mut self, written: &str, span: Span) {
        let name = written.split('.').next().unwrap_or_default();
        if METHODS.contains(&name) || name.contains('{') {
            return;
        }
        let meant = closest(name, METHODS.iter().copied());
        let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        self.found.push(Misfit {
            span,
            verdict: Verdict::RefusedValue,
            message: format!("dbt selects by no method `{name}`{reason}").into(),
            meant: meant.filter(|_| span.len() == written.len() && written == name),
        });
    }

    /// A text as behind `--select`: `@tag:daily`, `2+orders+1`.
    fn text(&mut self, text: &str, span: Span) {
        if text.contains('\n') {
            return self.refuse(span, "a selection is one line".to_owned());
        }
        let (is_at, rest) = text
            .strip_prefix('@')
            .map_or((false, text), |rest| (true, rest));
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = digits.strip_prefix('+').unwrap_or(rest);
        if let Some((method, _)) = rest.split_once(':')
            && !method.is_empty()
            && method
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        {
            let name = method.split('.').next().unwrap_or_default();
            if !METHODS.contains(&name) {
                self.method_name(method, span);
            }
        }
        let has_children = rest
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .ends_with('+');
        if is_at && has_children {
            self.refuse(
                span,
                "`@` and a `+` at the end do not go together".to_owned(),
            );
        }
    }
}
