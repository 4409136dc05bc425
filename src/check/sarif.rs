//! The report in SARIF 2.1.0, the form of code scanning services.

mod log;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::base::{relative, repository};
use super::excerpt::Excerpt;
use super::report::{Located, LocatedFix, Report};
use crate::rules::{Level, RuleId, Severity};
use log::{
    ArtifactChange, ArtifactLocation, Configuration, Content, Driver, Fix, Invocation, Location,
    Log, Message, PhysicalLocation, Region, Replacement, ResultEntry, Rule, Run, Tool,
};

/// Writes the report to `out`, all findings of it. Files count from the repository's root.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

fn log(report: &Report) -> Log<'_> {
    let root = repository(&report.base);
    let results = report
        .findings
        .iter()
        .map(|finding| result(finding, &root))
        .collect();
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: RuleId::ALL.iter().copied().map(rule).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        invocations: [Invocation {
            execution_successful: true,
        }],
        column_kind: "utf16CodeUnits",
        results,
    };
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    }
}

fn rule(rule: RuleId) -> Rule {
    let (enabled, level) = match rule.default_level() {
        Level::Off => (false, "note"),
        Level::At(severity) => (true, level(severity)),
    };
    Rule {
        id: rule.as_str(),
        short_description: Message::from(rule.summary()),
        default_configuration: Configuration { enabled, level },
    }
}

fn result<'a>(finding: &'a Located, root: &Path) -> ResultEntry<'a> {
    let related = finding.related.iter().map(|related| Location {
        physical_location: physical(&related.path, &related.place, root),
        message: Some(Message::from(related.message.as_str())),
    });
    ResultEntry {
        rule_id: finding.rule.as_str(),
        rule_index: RuleId::ALL.iter().position(|rule| *rule == finding.rule),
        level: level(finding.severity),
        message: Message::from(finding.message.as_str()),
        locations: [Location {
            physical_location: physical(&finding.path, &finding.place, root),
            message: None,
        }],
        related_locations: related.collect(),
        fixes: finding
            .fixes
            .iter()
            .filter_map(|change| fix(change, finding, root))
            .collect(),
    }
}

fn fix<'a>(fix: &'a LocatedFix, finding: &Located, root: &Path) -> Option<Fix<'a>> {
    let replacement = fix.edits.iter().map(|(place, text)| Replacement {
        deleted_region: region(place),
        inserted_content: Content { text },
    });
    let replacements: Vec<_> = replacement.collect();
    (!replacements.is_empty()).then(|| Fix {
        description: Message::from(fix.title.as_str()),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(&finding.path, root),
            replacements,
        }],
    })
}

fn physical(path: &Path, place: &Excerpt, root: &Path) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: artifact(path, root),
        region: region(place),
    }
}

fn artifact(path: &Path, root: &Path) -> ArtifactLocation {
    match path.strip_prefix(root) {
        Ok(_) => ArtifactLocation {
            uri: encoded(&relative(path, root)),
            uri_base_id: Some("%SRCROOT%"),
        },
        // A related place can lie outside the repository.
        Err(_) => ArtifactLocation {
            uri: url::Url::from_file_path(path)
                .map_or_else(|()| encoded(&relative(path, root)), String::from),
            uri_base_id: None,
        },
    }
}

fn region(place: &Excerpt) -> Region {
    Region {
        start_line: place.start.line + 1,
        start_column: place.start.column + 1,
        end_line: place.end.line + 1,
        end_column: place.end.column + 1,
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A relative path as a URI.
fn encoded(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if is_plain(byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(
            encoded("my models/50%/ü#a.sql"),
            "my%20models/50%25/%C3%BC%23a.sql"
        );
        assert_eq!(encoded("a:b.sql"), "a%3Ab.sql");
    }
}
