//! The committed pages of docs say what the code says.

#![cfg(test)]

use std::path::Path;

#[path = "../xtask/src/docs.rs"]
mod pages;

#[test]
fn generated_pages_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in pages::pages(root).unwrap() {
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let line = text
            .lines()
            .zip(kept.lines())
            .take_while(|(a, b)| a == b)
            .count()
            + 1;
        assert!(
            kept.replace("\r\n", "\n") == text,
            "{}:{line}: out of date; run `cargo xtask docs`",
            path.strip_prefix(root).unwrap().display()
        );
    }
}
