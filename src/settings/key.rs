//! Which settings are there? One table for reading them and for the page about them.

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`doc` says it")]
pub enum Key {
    Rules,
    Manifests,
    LoomConfig,
    Target,
    Offline,
    RefreshMinutes,
    MaxManifestMegabytes,
    Features,
}

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A severity by rule id.
    Severities,
    /// A path by project name.
    Paths,
    /// One path.
    Path,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// Yes or no, by [`Feature`](super::Feature).
    Switches,
}

impl Key {
    /// Every setting, in the order of the page about them.
    pub const ALL: [Key; 8] = [
        Key::Rules,
        Key::Manifests,
        Key::LoomConfig,
        Key::Target,
        Key::Offline,
        Key::RefreshMinutes,
        Key::MaxManifestMegabytes,
        Key::Features,
    ];

    /// Its name below `dbtMesh` in an editor.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Manifests => "manifests",
            Self::LoomConfig => "loomConfig",
            Self::Target => "target",
            Self::Offline => "offline",
            Self::RefreshMinutes => "refreshMinutes",
            Self::MaxManifestMegabytes => "maxManifestMegabytes",
            Self::Features => "features",
        }
    }

    /// Its name in `dbt-mesh.toml`, where it can stand there.
    #[must_use]
    pub fn name_in_file(self) -> Option<&'static str> {
        match self {
            Self::LoomConfig => Some("loom-config"),
            Self::RefreshMinutes => Some("refresh-minutes"),
            Self::MaxManifestMegabytes => Some("max-manifest-megabytes"),
            Self::Rules | Self::Manifests | Self::Target | Self::Offline => Some(self.name()),
            Self::Features => None,
        }
    }

    /// The option of `check` that sets it too.
    #[must_use]
    pub fn flag(self) -> Option<&'static str> {
        match self {
            Self::Rules => Some("--rule ID=SEVERITY"),
            Self::Target => Some("--target NAME"),
            Self::Offline => Some("--offline"),
            Self::Manifests
            | Self::LoomConfig
            | Self::RefreshMinutes
            | Self::MaxManifestMegabytes
            | Self::Features => None,
        }
    }

    /// What it holds.
    #[must_use]
    pub fn holds(self) -> Holds {
        match self {
            Self::Rules => Holds::Severities,
            Self::Manifests => Holds::Paths,
            Self::LoomConfig => Holds::Path,
            Self::Target => Holds::Text,
            Self::Offline => Holds::Flag,
            Self::RefreshMinutes | Self::MaxManifestMegabytes => Holds::Number,
            Self::Features => Holds::Switches,
        }
    }

    /// What counts where it is not set.
    #[must_use]
    pub fn default(self) -> &'static str {
        match self {
            Self::Rules => "each rule's own level",
            Self::Manifests => "none",
            Self::LoomConfig => "what `DBT_LOOM_CONFIG` names, else `dbt_loom.config.yml`",
            Self::Target => "the profile's",
            Self::Offline => "`false`",
            Self::RefreshMinutes => "`15`",
            Self::MaxManifestMegabytes => "`1024`",
            Self::Features => "all of them `true`",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn doc(self) -> &'static str {
        match self {
            Self::Rules => {
                "How loud each rule is: `off`, `hint`, `information`, `warning` or `error`, by the \
                 rule's id. A finding is never louder than its rule is set to."
            }
            Self::Manifests => {
                "Manifest files of projects that `dependencies.yml` names, by project. A path in \
                 `dbt-mesh.toml` counts from that file's folder, one from an editor from the first \
                 workspace folder."
            }
            Self::LoomConfig => {
                "The loom config that every project is read with, as `DBT_LOOM_CONFIG` would name \
                 it. A relative path counts from each project's folder."
            }
            Self::Target => {
                "The dbt target to assume, as `dbt --target` takes it: `target.name` in Jinja. Where it is \
                 not set, the project's profile gives it, if `profiles.yml` can be read."
            }
            Self::Offline => {
                "Nothing is fetched from the network: manifests that are no files of this disk are \
                 taken as they were kept the last time."
            }
            Self::RefreshMinutes => {
                "How many minutes pass before a manifest that was fetched is asked for again: when the \
                 server starts, and while the editor is in use. `0` asks on command alone."
            }
            Self::MaxManifestMegabytes => {
                "How many MiB a manifest may have that is fetched, as it comes and unpacked. More than `1024` \
                 is not read in any case."
            }
            Self::Features => {
                "What the server does in the editor. Where another extension or server answers the same, one of \
                 the two can be switched off."
            }
        }
    }

    /// The setting with this name in an editor.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl Holds {
    /// In words, as in "it would be …".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Severities => "an object of severities by rule",
            Self::Paths => "an object of paths by project",
            Self::Path => "a path",
            Self::Text => "a text",
            Self::Number => "a whole number",
            Self::Flag => "true or false",
            Self::Switches => "an object of true or false by feature",
        }
    }
}

/// A setting that the VS Code extension alone reads: the server never sees it.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionKey {
    /// Its name below `dbtMesh`.
    pub name: &'static str,
    /// Whether it belongs to the machine, so that no workspace can give it.
    pub is_of_machine: bool,
    /// The texts that it can hold; any where there are none.
    pub choices: &'static [&'static str],
    /// What counts where it is not set.
    pub default: &'static str,
    /// What it is for.
    pub doc: &'static str,
}

/// Those settings.
pub const EXTENSION_KEYS: [ExtensionKey; 2] = [
    ExtensionKey {
        name: "server.path",
        is_of_machine: true,
        choices: &[],
        default: "",
        doc: "The server to start instead of the one inside the extension: an absolute path. It counts from user settings \
              alone; a workspace cannot set it.",
    },
    ExtensionKey {
        name: "trace.server",
        is_of_machine: false,
        choices: &["off", "messages", "verbose"],
        default: "off",
        doc: "How much of the conversation with the server is written into the log.",
    },
];
