//! Valid texts mean what another YAML parser says they mean.

use saphyr_parser::{Event, Parser};

use super::super::{Node, Value, parse};
use super::samples;

/// A tree without spans and types.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Text(String),
    Map(Vec<(Tree, Tree)>),
    List(Vec<Tree>),
}

fn ours(node: &Node<'_>) -> Tree {
    match &node.value {
        Value::Null => Tree::Text(String::new()),
        Value::Scalar(scalar) => Tree::Text(scalar.text.to_string()),
        Value::Map(entries) => Tree::Map(
            entries
                .iter()
                .map(|e| (Tree::Text(e.key.text.to_string()), ours(&e.value)))
                .collect(),
        ),
        Value::List(items) => Tree::List(items.iter().map(ours).collect()),
    }
}

/// The other parser's events as a tree, with its anchors' nodes.
fn theirs<'a>(
    events: &mut impl Iterator<Item = Event<'a>>,
    anchors: &mut Vec<(usize, Tree)>,
) -> Option<Tree> {
    let (tree, anchor) = match events.next()? {
        Event::Scalar(text, _, anchor, _) => (plain_null(&text), anchor),
        Event::Alias(anchor) => {
            let known = anchors.iter().rev().find(|(id, _)| *id == anchor)?;
            return Some(known.1.clone());
        }
        Event::SequenceStart(anchor, _) => {
            let mut items = Vec::new();
            while let Some(item) = theirs(events, anchors) {
                items.push(item);
            }
            (Tree::List(items), anchor)
        }
        Event::MappingStart(anchor, _) => {
            let mut entries = Vec::new();
            while let Some(key) = theirs(events, anchors) {
                entries.push((key, theirs(events, anchors)?));
            }
            (Tree::Map(entries), anchor)
        }
        Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd | Event::DocumentEnd => {
            return None;
        }
        Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {
            return theirs(events, anchors);
        }
    };
    if anchor > 0 {
        anchors.push((anchor, tree.clone()));
    }
    Some(tree)
}

/// An empty node is `~` there.
fn plain_null(text: &str) -> Tree {
    Tree::Text(if text == "~" { "" } else { text }.to_owned())
}

#[test]
fn valid_texts_are_read_alike() {
    for text in samples::all() {
        let document = parse(text);
        assert_eq!(document.errors, [], "{text}");
        let events: Result<Vec<_>, _> = Parser::new_from_str(text.trim_start_matches('\u{feff}'))
            .map(|event| event.map(|(event, _)| event))
            .collect();
        let mut events = events.expect(text).into_iter();
        let theirs = theirs(&mut events, &mut Vec::new());
        let theirs = theirs.unwrap_or(Tree::Text(String::new()));
        assert_eq!(ours(&document.root), theirs, "{text}");
    }
}
