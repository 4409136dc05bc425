//! Which rules are there, and how loud is each? The one table of them.
//!
//! A rule's id is part of the product: users name it in settings, comments and CI.

/// How loud a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; dbt says nothing.
    Hint,
    /// A note without a fault.
    Information,
    /// dbt warns.
    Warning,
    /// dbt stops.
    Error,
}

impl Severity {
    /// The word in settings and outputs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a user sets a rule to: a severity, or nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The rule is not asked.
    Off,
    /// Findings of the rule are this loud at most.
    At(Severity),
}

impl Level {
    /// Reads `off`, `hint`, `information` (`info`), `warning` (`warn`) or `error`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "off" => Self::Off,
            "hint" => Self::At(Severity::Hint),
            "information" | "info" => Self::At(Severity::Information),
            "warning" | "warn" => Self::At(Severity::Warning),
            "error" => Self::At(Severity::Error),
            _ => return None,
        })
    }

    /// The word in settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::At(severity) => severity.as_str(),
        }
    }
}

macro_rules! rules {
    ($($variant:ident $id:literal $level:expr, $summary:literal;)*) => {
        /// A rule, by its id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the table's summaries say it")]
        pub enum RuleId { $($variant,)* }

        impl RuleId {
            /// Every rule, in the table's order.
            pub const ALL: &[RuleId] = &[$(RuleId::$variant,)*];

            /// The id that users write: `unknown-model`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(RuleId::$variant => $id,)* }
            }

            /// What the rule is set to where the user says nothing.
            #[must_use]
            pub fn default_level(self) -> Level {
                match self { $(RuleId::$variant => $level,)* }
            }

            /// One line about it.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(RuleId::$variant => $summary,)* }
            }
        }
    };
}

const ERROR: Level = Level::At(Severity::Error);
const WARNING: Level = Level::At(Severity::Warning);
const HINT: Level = Level::At(Severity::Hint);

rules! {
    UnknownModel "unknown-model" ERROR, "A ref names a model that its project does not have.";
    UnknownProject "unknown-project" ERROR, "A ref names a project that this one cannot read.";
    PrivateRef "private-ref" ERROR, "A ref reads a private model from outside its group.";
    ProtectedRef "protected-ref" ERROR, "A ref reads a protected model of another project.";
    UnknownVersion "unknown-version" ERROR, "A ref names a version that the model does not have.";
    DisabledRef "disabled-ref" ERROR, "A ref or source names something that is switched off.";
    AmbiguousRef "ambiguous-ref" ERROR, "A ref without a project fits models of several projects.";
    DuplicateName "duplicate-name" ERROR, "Two resources of one project have the same name.";
    DeprecatedRef "deprecated-ref" WARNING, "A model reads a model past its deprecation date.";
    DeprecatedModel "deprecated-model" WARNING, "A model of the project is past its deprecation date.";
    UpcomingDeprecation "upcoming-deprecation" WARNING, "A model reads a model that has a deprecation date to come.";
    UnpinnedVersion "unpinned-version" HINT, "A ref without a version will move when a newer version becomes the latest.";
    ModelCycle "model-cycle" ERROR, "Models read each other in a circle, within a project or across projects.";
    UnknownSource "unknown-source" ERROR, "A source that no property file declares.";
    UnknownMetric "unknown-metric" ERROR, "A metric or measure is named that nobody declares.";
    UnknownFunction "unknown-function" ERROR, "A function of the warehouse is called that no file makes.";
    UnknownDoc "unknown-doc" ERROR, "A description names a docs block that is not there.";
    UnknownGroup "unknown-group" ERROR, "Something is put into a group that nobody declares.";
    UnknownColumn "unknown-column" ERROR, "A column is named that what is read does not have.";
    AmbiguousColumn "ambiguous-column" ERROR, "A column without a qualifier that several relations have.";
    UnevenUnion "uneven-union" ERROR, "The parts of a union make different numbers of columns.";
    ContractMissingColumn "contract-missing-column" ERROR, "A contract has a column that the model does not make.";
    ContractExtraColumn "contract-extra-column" ERROR, "A model makes a column that its contract does not have.";
    ContractTypeMismatch "contract-type-mismatch" ERROR, "A model makes a column of another type than its contract says.";
    ContractDuplicateColumn "contract-duplicate-column" ERROR, "A contracted model makes a column twice.";
    UnusedProperties "unused-properties" WARNING, "An entry of a property file describes nothing.";
    UnusedConfigPath "unused-config-path" WARNING, "A path of dbt_project.yml configures nothing.";
    InvalidRef "invalid-ref" ERROR, "A ref or source has arguments that dbt refuses.";
    InvalidAccess "invalid-access" ERROR, "A model has an access that dbt refuses.";
    UnreachedRef "unreached-ref" ERROR, "A ref or source stands where dbt does not come to while it parses.";
    UnknownVar "unknown-var" ERROR, "A variable without default that nothing sets.";
    UnknownMacro "unknown-macro" ERROR, "A macro is called that nobody defines.";
    UnknownMaterialization "unknown-materialization" ERROR, "A model is to be built in a way that nobody defines.";
    UnknownTest "unknown-test" ERROR, "A generic test is named that nobody defines.";
    InvalidTest "invalid-test" ERROR, "A generic test has a name or arguments that dbt refuses.";
    TestArguments "test-arguments" WARNING, "An argument of a generic test stands beside `arguments:`.";
    JinjaSyntax "jinja-syntax" ERROR, "Jinja that dbt cannot read.";
    YamlSyntax "yaml-syntax" ERROR, "YAML that dbt cannot read.";
    DuplicateKey "duplicate-key" WARNING, "A key stands twice in one mapping of a YAML file.";
    PackagesMissing "packages-missing" ERROR, "Packages are asked for and not installed.";
    UnknownKey "unknown-key" ERROR, "A key that dbt does not know in its place.";
    InvalidValue "invalid-value" ERROR, "A value that dbt refuses for its key.";
    ContractNoColumns "contract-no-columns" ERROR, "A model has a contract and no columns.";
    ContractUntypedColumn "contract-untyped-column" ERROR, "A column of a contract has no data type.";
    ContractMaterialization "contract-materialization" ERROR, "A model is of a kind that cannot hold a contract.";
    ContractConstraint "contract-constraint" ERROR, "A constraint that dbt refuses, leaves out, or warns of.";
    PublicWithoutContract "public-without-contract" HINT, "A public model has no contract.";
    BreakingChange "breaking-change" ERROR, "The working copy takes away what the project has published.";
    DynamicRef "dynamic-ref" Level::Off, "A ref has an argument that only dbt can work out.";
    LoomConfig "loom-config" ERROR, "The loom config has something that dbt-loom stumbles over or leaves aside.";
    LoomConfigName "loom-config-name" WARNING, "The loom config has a file name that dbt-loom does not read.";
    ManifestMissing "manifest-missing" ERROR, "The manifest that a loom config names does not exist.";
    ManifestUnreadable "manifest-unreadable" ERROR, "The manifest that a loom config names cannot be read.";
    ManifestNotFetched "manifest-not-fetched" WARNING, "The manifest that a loom config names could not be fetched.";
    ManifestStale "manifest-stale" HINT, "A manifest is behind the working copy of its project.";
    ManifestName "manifest-name" HINT, "A loom config names a manifest differently from its project.";
    UnsetVariable "unset-variable" WARNING, "The loom config uses an environment variable that is not set.";
}

impl RuleId {
    /// The rule with this id.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == id)
    }
}
