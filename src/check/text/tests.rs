use std::path::{Path, PathBuf};

use expect_test::expect;

use super::*;
use crate::check::report::{LocatedFix, LocatedRelated};
use crate::rules::RuleId;
use crate::text::{LineColumn, Span};
use Severity::{Error, Hint, Warning};

fn place(line: u32, text: &str, start: u32, end: u32) -> Excerpt {
    Excerpt {
        start: LineColumn {
            line,
            column: start,
        },
        end: LineColumn { line, column: end },
        line: Some(text.into()),
        span: Span { start, end },
    }
}

fn finding(severity: Severity) -> Located {
    Located {
        rule: RuleId::UnknownModel,
        severity,
        message: String::from("there is no model `stok` in `inventory`"),
        project: String::from("sales"),
        path: PathBuf::from("/mesh/sales/models/orders.sql"),
        file: String::from("sales/models/orders.sql"),
        place: place(3, "from {{ ref('inventory', 'stok') }}", 26, 30),
        related: vec![LocatedRelated {
            message: String::from("the project is read from here"),
            path: PathBuf::from("/mesh/sales/dbt_loom.config.yml"),
            place: place(1, "  - name: inventory", 10, 19),
        }],
        fixes: vec![LocatedFix {
            title: String::from("Change to `stock`"),
            edits: Vec::new(),
        }],
    }
}

fn report(findings: Vec<Located>) -> Report {
    Report {
        base: PathBuf::from("/mesh"),
        projects: Vec::new(),
        manifests: Vec::new(),
        files: 40,
        findings,
    }
}

#[test]
fn a_finding_shows_its_line_and_what_helps() {
    let finding = finding(Severity::Error);
    let groups = groups(&finding, &|path: &Path| relative(path, Path::new("/mesh")));
    expect![[r"
        error[unknown-model]: there is no model `stok` in `inventory`
         --> sales/models/orders.sql:4:27
          |
        4 | from {{ ref('inventory', 'stok') }}
          |                           ^^^^
          |
          = help: Change to `stock`
        note: the project is read from here
         --> sales/dbt_loom.config.yml:2:11
          |
        2 |   - name: inventory
          |           ^^^^^^^^^"]]
    .assert_eq(&Renderer::plain().render(&groups));
}

#[test]
fn odd_places_are_survived() {
    for (text, start, end) in [
        ("", 0, 0),
        ("a", 1, 1),
        ("\t\u{200b}é\u{7}🧸", 1, 4),
        ("a\0b", 1, 2),
    ] {
        let mut finding = finding(Severity::Hint);
        finding.place = place(0, text, start, end);
        let shown = Renderer::plain().render(&groups(&finding, &|_| String::from("a.sql")));
        assert!(shown.contains("a.sql:1:"), "{shown}");
    }
}

#[test]
fn a_line_that_is_too_long_leaves_its_place() {
    let mut finding = finding(Severity::Warning);
    finding.place.line = None;
    let shown = Renderer::plain().render(&groups(&finding, &|_| String::from("a.sql")));
    assert!(shown.contains("--> a.sql:4:27"), "{shown}");
}

#[test]
fn the_summary_counts() {
    let of = |severities: &[Severity], shows_hints| {
        let view = View {
            shows_hints,
            is_coloured: false,
            is_watched: false,
        };
        summary(
            &report(severities.iter().copied().map(finding).collect()),
            view,
        )
    };
    assert_eq!(
        of(&[], false),
        "nothing wrong in 40 files; 0 projects, 0 manifests"
    );
    assert_eq!(
        of(&[Error, Error, Warning], false),
        "2 errors, 1 warning in 1 of 40 files; 0 projects, 0 manifests"
    );
    assert_eq!(
        of(&[Hint], false),
        "nothing wrong in 40 files; 0 projects, 0 manifests (1 hint with --show-hints)"
    );
    assert_eq!(
        of(&[Hint], true),
        "1 hint in 1 of 40 files; 0 projects, 0 manifests"
    );
}
