//! How do answers look in the protocol? Byte offsets become lines and columns here and nowhere
//! else in the server.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp_server::ls_types as lsp;

use super::completion::is_word_byte;
use super::handlers::Context;
use super::{published, uri};
use crate::ide::{Finding, LinkTarget, Navigation, Place, Symbol, SymbolKind};
use crate::rules::Severity;
use crate::text::{Encoding, LineColumn, LineIndex, Span};

/// The name that findings carry in an editor.
pub(super) const SOURCE: &str = "dbt-mesh";

/// A text and its lines.
pub(super) struct Lines {
    text: Arc<str>,
    index: LineIndex,
    encoding: Encoding,
}

impl Lines {
    /// Finds the lines of `text`.
    pub(super) fn new(text: Arc<str>, encoding: Encoding) -> Self {
        let index = LineIndex::new(&text);
        Self {
            text,
            index,
            encoding,
        }
    }

    /// Whether a span is a word that ends at `offset`, and no part of a longer one.
    pub(super) fn is_word_before(&self, span: Span, offset: u32) -> bool {
        let bytes = self.text.as_bytes();
        let is_word = |at: usize| {
            bytes
                .get(at)
                .is_some_and(|byte| is_word_byte(*byte) || !byte.is_ascii())
        };
        let (start, end) = (span.start as usize, span.end as usize);
        span.end == offset
            && span.of(&self.text).bytes().all(is_word_byte)
            && !is_word(end)
            && !start.checked_sub(1).is_some_and(is_word)
    }

    /// The byte offset of a position.
    pub(super) fn offset(&self, at: lsp::Position) -> u32 {
        let at = LineColumn {
            line: at.line,
            column: at.character,
        };
        self.index.offset(&self.text, at, self.encoding)
    }

    /// The bytes of a range.
    pub(super) fn span(&self, range: lsp::Range) -> Span {
        Span::new(
            self.offset(range.start) as usize,
            self.offset(range.end) as usize,
        )
    }

    /// The position of a byte offset.
    pub(super) fn position(&self, offset: u32) -> lsp::Position {
        let at = self.index.line_column(&self.text, offset, self.encoding);
        lsp::Position::new(at.line, at.column)
    }

    /// The range of a span.
    pub(super) fn range(&self, span: Span) -> lsp::Range {
        lsp::Range::new(self.position(span.start), self.position(span.end))
    }
}

/// The texts that one answer speaks of, each read and indexed once.
pub(super) struct Texts<'a> {
    context: &'a Context,
    lines: HashMap<PathBuf, Option<Lines>>,
}

impl<'a> Texts<'a> {
    /// No text yet.
    pub(super) fn new(context: &'a Context) -> Self {
        Self {
            context,
            lines: HashMap::new(),
        }
    }

    /// The location of a place. A file that cannot be read any more is shown from its start.
    pub(super) fn location(&mut self, place: &Place) -> Option<lsp::Location> {
        let uri = self.context.uri(&place.path)?;
        Some(lsp::Location::new(uri, self.range(&place.path, place.span)))
    }

    /// The location of a jump's end, the published file written where that is what it is.
    pub(super) fn target(&mut self, target: &LinkTarget) -> Option<lsp::Location> {
        match target {
            LinkTarget::File(place) => self.location(place),
            LinkTarget::Published(file) => {
                let path = if let Some(path) = published::own_file(file) {
                    path
                } else {
                    let cache = self.context.cache.as_deref()?;
                    published::write(file, &self.context.world, cache)?
                };
                Some(lsp::Location::new(
                    uri::from_path(&path)?,
                    lsp::Range::default(),
                ))
            }
        }
    }

    fn range(&mut self, path: &Path, span: Span) -> lsp::Range {
        if !self.lines.contains_key(path) {
            self.lines.insert(path.to_owned(), self.context.lines(path));
        }
        let lines = self.lines.get(path).and_then(Option::as_ref);
        lines.map(|lines| lines.range(span)).unwrap_or_default()
    }
}

/// The findings of a file as diagnostics.
pub(super) fn diagnostics(
    context: &Context,
    lines: &Lines,
    findings: &[Finding],
) -> Vec<lsp::Diagnostic> {
    let mut texts = Texts::new(context);
    findings
        .iter()
        .map(|finding| diagnostic(finding, lines, &mut texts))
        .collect()
}

/// One finding as a diagnostic.
pub(super) fn diagnostic(
    finding: &Finding,
    lines: &Lines,
    texts: &mut Texts<'_>,
) -> lsp::Diagnostic {
    let related = finding.related.iter().filter_map(|related| {
        let location = texts.location(&related.place)?;
        Some(lsp::DiagnosticRelatedInformation {
            location,
            message: related.message.clone(),
        })
    });
    let related: Vec<_> = related.collect();
    let mut tags = Vec::new();
    if finding.is_unnecessary {
        tags.push(lsp::DiagnosticTag::UNNECESSARY);
    }
    if finding.is_deprecated {
        tags.push(lsp::DiagnosticTag::DEPRECATED);
    }
    let has_related = texts.context.client.has_related_information && !related.is_empty();
    lsp::Diagnostic {
        range: lines.range(finding.span),
        severity: Some(severity(finding.severity)),
        code: Some(lsp::NumberOrString::String(finding.rule.as_str().into())),
        source: Some(SOURCE.into()),
        message: finding.message.clone(),
        related_information: has_related.then_some(related),
        tags: (!tags.is_empty()).then_some(tags),
        ..lsp::Diagnostic::default()
    }
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
    }
}

/// A jump: with its start where the client can show that.
pub(super) fn navigation(
    context: &Context,
    lines: &Lines,
    navigation: &Navigation,
) -> Option<lsp::GotoDefinitionResponse> {
    let mut texts = Texts::new(context);
    let targets = navigation
        .targets
        .iter()
        .filter_map(|target| texts.target(target));
    let targets: Vec<_> = targets.collect();
    if targets.is_empty() {
        return None;
    }
    if !context.client.has_links {
        return Some(lsp::GotoDefinitionResponse::Array(targets));
    }
    let origin = lines.range(navigation.origin);
    let with_start = targets.into_iter().map(|target| lsp::LocationLink {
        origin_selection_range: Some(origin),
        target_uri: target.uri,
        target_range: target.range,
        target_selection_range: target.range,
    });
    Some(lsp::GotoDefinitionResponse::Link(with_start.collect()))
}

/// An outline as a tree.
pub(super) fn symbol_tree(symbols: &[Symbol], lines: &Lines) -> Vec<lsp::DocumentSymbol> {
    let tree = symbols.iter().map(|symbol| {
        #[expect(deprecated, reason = "the type has no other way to be made")]
        lsp::DocumentSymbol {
            name: shown_name(&symbol.name),
            detail: symbol.detail.clone(),
            kind: symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            range: lines.range(symbol.span.cover(symbol.name_span)),
            selection_range: lines.range(symbol.name_span),
            children: (!symbol.children.is_empty()).then(|| symbol_tree(&symbol.children, lines)),
        }
    });
    tree.collect()
}

/// An outline as a list, for clients that know no trees.
pub(super) fn symbol_list(
    symbols: &[Symbol],
    lines: &Lines,
    uri: &lsp::Uri,
    parent: Option<&str>,
) -> Vec<lsp::SymbolInformation> {
    let list = symbols.iter().flat_map(|symbol| {
        #[expect(deprecated, reason = "the type has no other way to be made")]
        let own = lsp::SymbolInformation {
            name: shown_name(&symbol.name),
            kind: symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: lsp::Location::new(uri.clone(), lines.range(symbol.span)),
            container_name: parent.map(Into::into),
        };
        let children = symbol_list(&symbol.children, lines, uri, Some(&symbol.name));
        std::iter::once(own).chain(children)
    });
    list.collect()
}

/// Editors refuse whole outlines for one symbol without a name.
fn shown_name(name: &str) -> String {
    if name.trim().is_empty() {
        "(no name)".into()
    } else {
        name.into()
    }
}

/// The sort of a symbol.
pub(super) fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Project => lsp::SymbolKind::PACKAGE,
        SymbolKind::Model => lsp::SymbolKind::CLASS,
        SymbolKind::Seed => lsp::SymbolKind::ARRAY,
        SymbolKind::Snapshot => lsp::SymbolKind::EVENT,
        SymbolKind::Source => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Table => lsp::SymbolKind::STRUCT,
        SymbolKind::Column => lsp::SymbolKind::FIELD,
        SymbolKind::Test => lsp::SymbolKind::BOOLEAN,
        SymbolKind::Macro => lsp::SymbolKind::FUNCTION,
        SymbolKind::Exposure => lsp::SymbolKind::INTERFACE,
        SymbolKind::Group => lsp::SymbolKind::ENUM,
        SymbolKind::Version => lsp::SymbolKind::ENUM_MEMBER,
        SymbolKind::Reference => lsp::SymbolKind::KEY,
        SymbolKind::Manifest => lsp::SymbolKind::FILE,
        SymbolKind::Other => lsp::SymbolKind::VARIABLE,
    }
}
