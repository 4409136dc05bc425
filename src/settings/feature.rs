//! What does the server do in an editor, as far as it can be switched off?

/// Something that an editor asks of a language server. Where another one answers the same, one of them is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`doc` says it")]
pub enum Feature {
    Completion,
    Hover,
    SignatureHelp,
    Definition,
    References,
    Symbols,
    Links,
    CodeActions,
    Findings,
}

impl Feature {
    /// Every feature, in the order of the page about settings.
    pub const ALL: [Feature; 9] = [
        Feature::Completion,
        Feature::Hover,
        Feature::SignatureHelp,
        Feature::Definition,
        Feature::References,
        Feature::Symbols,
        Feature::Links,
        Feature::CodeActions,
        Feature::Findings,
    ];

    /// Its name below `dbtMesh.features`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completion => "completion",
            Self::Hover => "hover",
            Self::SignatureHelp => "signatureHelp",
            Self::Definition => "definition",
            Self::References => "references",
            Self::Symbols => "symbols",
            Self::Links => "links",
            Self::CodeActions => "codeActions",
            Self::Findings => "findings",
        }
    }

    /// What it is, where it is on.
    #[must_use]
    pub fn doc(self) -> &'static str {
        match self {
            Self::Completion => "Refs, sources, macros, variables and keys are completed.",
            Self::Hover => "Cards about models, columns, macros and keys are shown.",
            Self::SignatureHelp => "The parameters of a macro are shown while it is called.",
            Self::Definition => "Definitions and declarations are found, in every project.",
            Self::References => "Whoever reads a thing is found, in every project.",
            Self::Symbols => "Files have an outline, and everything in the mesh is found by name.",
            Self::Links => "Paths in a loom config are links.",
            Self::CodeActions => "Findings have fixes.",
            Self::Findings => "What is wrong is shown. Each rule can be set alone: `rules`.",
        }
    }

    /// The feature of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.name() == name)
    }
}
