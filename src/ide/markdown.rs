//! Text of other people in our Markdown: it must not break out of its place.

/// Text of a description: shown as Markdown, without HTML and without pictures from elsewhere.
pub(super) fn prose(text: &str) -> String {
    text.trim().replace('<', "&lt;").replace("![", "!\\[")
}

/// A name in the look of code.
pub(super) fn code(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| match c {
            '`' => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!("`{line}`")
}

/// A cell of a table: one line, whose bars do not end it.
pub(super) fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

/// So much of a long text that a card stays a card.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("").trim_end()),
        None => text.to_owned(),
    }
}
