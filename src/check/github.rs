//! The report as GitHub workflow commands, which become annotations of a pull request.

use std::io::{self, Write};

use super::View;
use super::base::{relative, repository};
use super::report::{Located, Report};
use crate::rules::Severity;

/// Writes the findings that are shown to `out`, one line each. Files count from the repository's
/// root, as GitHub expects.
pub(super) fn write(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    let root = repository(&report.base);
    for finding in report.shown(view) {
        writeln!(out, "{}", command(finding, &relative(&finding.path, &root)))?;
    }
    Ok(())
}

fn command(finding: &Located, file: &str) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "notice",
    };
    let (start, end) = (finding.place.start, finding.place.end);
    format!(
        "::{kind} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        property(file),
        start.line + 1,
        start.column + 1,
        end.line + 1,
        end.column + 1,
        property(finding.rule.as_str()),
        data(&finding.message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_github_is_escaped() {
        assert_eq!(data("100 %: a,\nb"), "100 %25: a,%0Ab");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
