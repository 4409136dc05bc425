//! A flow mapping or list that is being typed at a line's end is open still: read as it is, the
//! lines below would be a part of it.

use std::borrow::Cow;

/// The text with the brackets closed, behind the cursor, that its line opens before it.
pub(super) fn closed(text: &str, offset: u32) -> Cow<'_, str> {
    let (Some(before), Some(after)) = (text.get(..offset as usize), text.get(offset as usize..))
    else {
        return Cow::Borrowed(text);
    };
    let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
    let rest = after.split(['\n', '\r']).next().unwrap_or("");
    let closers = open_brackets(line);
    if closers.is_empty() || !rest.trim().is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{before}{closers}{after}"))
}

/// What closes the brackets of a line, the innermost first; nothing where there is Jinja or a quote
/// stays open.
fn open_brackets(line: &str) -> String {
    let mut closers = Vec::new();
    let mut quote = None;
    let mut last = ' ';
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '{') if last == '{' => return String::new(),
            (None, '%') if last == '{' => return String::new(),
            (None, '#') if last.is_whitespace() => return String::new(),
            (None, '\'' | '"') if !last.is_alphanumeric() => quote = Some(letter),
            (None, '{') => closers.push('}'),
            (None, '[') => closers.push(']'),
            (None, '}' | ']') => {
                closers.pop();
            }
            (None, _) => {}
        }
        last = letter;
    }
    if quote.is_some() {
        return String::new();
    }
    closers.into_iter().rev().collect()
}
