//! A finding as its rule makes it, before the user's settings count.

use crate::ide::{Edit, Edits, Finding, Fix, Place, Related};
use crate::rules::{Level, RuleId, Severity};
use crate::settings::Settings;
use crate::text::Span;

use super::File;

/// A finding as its rule makes it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// Exactly the part that is wrong.
    pub span: Span,
    message: String,
    at_most: Option<Severity>,
    related: Vec<Related>,
    fixes: Vec<Fix>,
    is_deprecated: bool,
    is_unnecessary: bool,
}

impl Draft {
    /// A finding as loud as its rule.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            span,
            message,
            at_most: None,
            related: Vec::new(),
            fixes: Vec::new(),
            is_deprecated: false,
            is_unnecessary: false,
        }
    }

    /// No louder than this, whatever the rule is set to.
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = Some(self.at_most.map_or(severity, |now| now.min(severity)));
        self
    }

    /// With a fix that replaces the text at the finding.
    pub fn replace(self, replacement: Option<&str>) -> Self {
        let span = self.span;
        self.replace_at(span, replacement)
    }

    /// With a fix that replaces the text at `span`.
    pub fn replace_at(mut self, span: Span, replacement: Option<&str>) -> Self {
        if let Some(text) = replacement {
            self.fixes.push(Fix {
                title: format!("Change to `{text}`"),
                edits: Edits::Here(vec![Edit {
                    span,
                    text: text.to_owned(),
                }]),
            });
        }
        self
    }

    /// With a fix that writes another value in the place of the YAML's at the finding, in quotes
    /// where it needs them; without one where only a text that is not at hand would tell.
    pub fn replace_value(self, file: &File<'_>, replacement: Option<&str>) -> Self {
        let span = self.span;
        match replacement.and_then(|value| Some((value, written(file, span, value)?))) {
            Some((value, written)) => self.fix(format!("Change to `{value}`"), span, written),
            None => self,
        }
    }

    /// With a fix of its own title and edit.
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fixes.push(Fix {
            title: title.into(),
            edits: Edits::Here(vec![Edit {
                span,
                text: text.into(),
            }]),
        });
        self
    }

    /// With another place that explains it.
    pub fn related(mut self, place: Option<Place>, message: impl Into<String>) -> Self {
        self.related.extend(place.map(|place| Related {
            place,
            message: message.into(),
        }));
        self
    }

    /// About something that is on its way out.
    pub fn deprecated(mut self) -> Self {
        self.is_deprecated = true;
        self
    }

    /// About something that might as well not be there.
    pub fn unnecessary(mut self) -> Self {
        self.is_unnecessary = true;
        self
    }

    /// The finding, `None` where the user switched the rule off.
    pub fn finish(self, rule: RuleId, settings: &Settings) -> Option<Finding> {
        let severity = match settings.level(rule) {
            Level::Off => return None,
            Level::At(severity) => self.at_most.map_or(severity, |most| severity.min(most)),
        };
        Some(Finding {
            rule,
            severity,
            span: self.span,
            message: self.message,
            related: self.related,
            fixes: self.fixes,
            is_unnecessary: self.is_unnecessary,
            is_deprecated: self.is_deprecated,
        })
    }
}

/// A value as it is written in the place of the one at `span`.
fn written(file: &File<'_>, span: Span, value: &str) -> Option<String> {
    if !value.contains([',', ':', '#', '[', ']', '{', '}', '\'', '"']) {
        return Some(value.to_owned());
    }
    let before = file.letter_before(span)?;
    if matches!(before, '\'' | '"') {
        return (!value.contains(before)).then(|| value.to_owned());
    }
    Some(format!("'{}'", value.replace('\'', "''")))
}
