//! What has to stand round a name that is put at the cursor: only what is missing there.

use std::borrow::Cow;

use crate::syntax::jinja::CallAtCursor;
use crate::text::Span;

/// The cursor's place in a call.
pub(super) struct Ending {
    /// What is replaced: the text there is, without quotes.
    pub replace: Span,
    /// The quote there is, or the one to put.
    pub quote: char,
    /// Whether the opening quote is there.
    pub is_quoted: bool,
    /// Whether the closing quote is there.
    is_closed: bool,
    /// What comes behind the closing quote of the last argument.
    tail: &'static str,
}

impl Ending {
    /// Of the argument that the cursor is in; `quote` is the one to put where there is none.
    pub fn of(call: &CallAtCursor<'_>, quote: char) -> Self {
        let is_quoted = call.quote.is_some();
        // Behind a quote that is there nothing can be put.
        let is_last = call.after.is_empty() && !(is_quoted && call.has_closing_quote);
        // Where the call is an argument, what it is one of goes on.
        let braces = call.missing_braces.filter(|_| call.depth == 0);
        let tail = match (is_last, call.has_closing_parenthesis, braces) {
            (false, ..) | (true, true, _) => "",
            (true, false, None) => ")",
            (true, false, Some("%}")) => ") %}",
            (true, false, Some(_)) => ") }}",
        };
        Self {
            replace: call.typed,
            quote: call.quote.unwrap_or(quote),
            is_quoted,
            is_closed: is_quoted && call.has_closing_quote,
            tail,
        }
    }

    /// A name as the only or last argument.
    pub fn last<'a>(&self, name: &'a str) -> Cow<'a, str> {
        if self.is_closed && self.tail.is_empty() {
            return name.into();
        }
        let mut text = String::with_capacity(name.len() + 8);
        self.open(&mut text);
        text.push_str(name);
        self.close(&mut text);
        text.into()
    }

    /// Two names as the two arguments.
    pub fn both(&self, package: &str, name: &str) -> String {
        let mut text = String::with_capacity(package.len() + name.len() + 12);
        self.open(&mut text);
        text.push_str(package);
        text.extend([self.quote, ',', ' ', self.quote]);
        text.push_str(name);
        self.close(&mut text);
        text
    }

    /// A project, behind which a model is still to come, so nothing is closed.
    pub fn first(&self, package: &str) -> String {
        let mut text = String::with_capacity(package.len() + 6);
        self.open(&mut text);
        text.push_str(package);
        text.extend([self.quote, ',', ' ']);
        if self.is_quoted {
            text.push(self.quote);
        }
        text
    }

    /// A name where the other argument is there already.
    pub fn alone(&self, name: &str) -> String {
        let mut text = String::with_capacity(name.len() + 2);
        self.open(&mut text);
        text.push_str(name);
        if !self.is_closed {
            text.push(self.quote);
        }
        text
    }

    /// A number, or a text that needs its quotes.
    pub fn version(&self, version: &str) -> String {
        let is_number = version.parse::<f64>().is_ok();
        if self.is_quoted || !is_number {
            return self.last(version).into_owned();
        }
        format!("{version}{}", self.tail)
    }

    fn open(&self, text: &mut String) {
        if !self.is_quoted {
            text.push(self.quote);
        }
    }

    fn close(&self, text: &mut String) {
        if !self.is_closed {
            text.push(self.quote);
        }
        text.push_str(self.tail);
    }
}
