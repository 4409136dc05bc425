//! From projects and manifests to a [`Linked`] project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::loom::{Entry, LoomConfig};
use crate::manifest::{Catalog, Manifest, ManifestFailure};
use crate::project::{Asked, Meaning, Project};
use crate::settings::Settings;
use crate::syntax::sql::Dialect;

use super::{Linked, Loom, NamedBy, Upstream, UpstreamState, catalogs, published};

/// A manifest file as far as it is known.
#[derive(Clone, Default)]
pub struct Slot {
    /// The last good value.
    pub manifest: Option<Arc<Manifest>>,
    /// Why the newest attempt failed, where it did.
    pub failure: Option<ManifestFailure>,
    /// When its origin last said that it is right, for one that is fetched.
    pub checked_at: Option<jiff::Timestamp>,
}

/// What linking looks at besides the project.
pub struct LinkInput<'a> {
    /// The manifest files by absolute path.
    pub slots: &'a BTreeMap<PathBuf, Slot>,
    /// The catalogs by absolute path; none where there is no file.
    pub catalogs: &'a BTreeMap<PathBuf, Option<Arc<Catalog>>>,
    /// Loom configs that lie outside of projects, by absolute path.
    pub loose_files: &'a BTreeMap<PathBuf, Arc<str>>,
    /// Environment variables.
    pub environment: &'a BTreeMap<String, String>,
    /// The settings.
    pub settings: &'a Settings,
    /// The first workspace folder.
    pub folder: Option<&'a Path>,
    /// The folder that keeps manifests that were fetched.
    pub cache: Option<&'a Path>,
    /// Whether a project of this name is at hand.
    pub has_working_copy: &'a dyn Fn(&str) -> bool,
}

/// Links one project; `serial` is its [`Linked::serial`].
#[must_use]
pub fn link(project: &Arc<Project>, input: &LinkInput<'_>, serial: u64) -> Linked {
    let loom = loom(project, input);
    let entries = loom.iter().flat_map(|loom| &loom.config.entries);
    let mut upstreams: Vec<Upstream> = entries
        .map(|entry| of_entry(project, entry, input))
        .collect();
    for (at, name) in dependencies(project).iter().enumerate() {
        if !upstreams
            .iter()
            .any(|upstream| upstream.project_name() == &**name)
        {
            upstreams.push(of_dependency(name, at, input));
        }
    }
    let own_path = published::own_path(project);
    let own = own_path.as_ref().and_then(|path| input.slots.get(path));
    let catalogs = catalogs::paths(project, &upstreams).filter_map(|path| {
        let catalog = input.catalogs.get(&path)?.clone()?;
        Some((path, catalog))
    });
    let catalogs = catalogs.collect();
    let dialect = dialect(project, &upstreams, input);
    Linked {
        project: Arc::clone(project),
        loom,
        upstreams,
        serial,
        own: own.and_then(|slot| slot.manifest.clone()),
        own_path,
        catalogs,
        cycles: std::sync::OnceLock::new(),
        gone: std::sync::OnceLock::new(),
        dialect,
    }
}

/// The dialect of the adapter in profiles.yml, else of that with which an upstream was published:
/// who reads another's tables has them in the same warehouse.
fn dialect(project: &Project, upstreams: &[Upstream], input: &LinkInput<'_>) -> Dialect {
    let own = project.adapter(&Asked {
        target: input.settings.target.as_deref(),
        vars: input.settings.vars.as_deref(),
        environment: input.environment,
    });
    let mut published = upstreams
        .iter()
        .filter_map(|upstream| upstream.manifest.as_ref()?.adapter_type());
    let adapter = own.as_deref().or_else(|| published.next());
    adapter.map_or(Dialect::Generic, Dialect::of_adapter)
}

/// Where the loom config of a project is looked for, strongest first: setting and environment,
/// dbt-loom's own file name, the name that articles spell.
#[must_use]
pub fn loom_config_paths(project: &Project, input: &LinkInput<'_>) -> Vec<(PathBuf, bool)> {
    let named = input.settings.loom_config.clone().or_else(|| {
        input
            .environment
            .get("DBT_LOOM_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    });
    if let Some(named) = named {
        return vec![(normalize(&project.root.join(named)), true)];
    }
    [
        "dbt_loom.config.yml",
        "dbt-loom.config.yml",
        "dbt_loom.config.yaml",
        "dbt-loom.config.yaml",
    ]
    .into_iter()
    .map(|name| (project.root.join(name), name == "dbt_loom.config.yml"))
    .collect()
}

fn loom(project: &Project, input: &LinkInput<'_>) -> Option<Loom> {
    let (path, is_rightly_named, text) = loom_config_paths(project, input)
        .into_iter()
        .find_map(|(path, is_right)| Some((text_of(project, &path, input)?, path, is_right)))
        .map(|(text, path, is_right)| (path, is_right, text))?;
    let config = Arc::new(LoomConfig::read(&text, input.environment));
    Some(Loom {
        path,
        text,
        config,
        is_rightly_named,
    })
}

fn text_of(project: &Project, path: &Path, input: &LinkInput<'_>) -> Option<Arc<str>> {
    if let Some(text) = input.loose_files.get(path) {
        return Some(Arc::clone(text));
    }
    // A config outside the project is kept under its whole path.
    let name = path.strip_prefix(&project.root).unwrap_or(path).to_str()?;
    match &*project.file(name)?.meaning {
        Meaning::LoomConfig(text) => Some(Arc::clone(text)),
        Meaning::Code(_)
        | Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::Dependencies(_)
        | Meaning::Other => None,
    }
}

fn of_entry(project: &Project, entry: &Entry, input: &LinkInput<'_>) -> Upstream {
    let named_by = NamedBy::Loom(Arc::new(entry.clone()));
    let location = match (&entry.remote, &entry.path) {
        (Some(origin), _) => input.cache.map(|cache| {
            let target = input.settings.target.as_deref();
            let key = origin.key(input.environment, &project.root, target);
            cache.join(format!("{key}.json"))
        }),
        (None, Some(path)) => local_path(&project.root, path),
        (None, None) => None,
    };
    let Some(path) = location else {
        return Upstream {
            named_by,
            path: None,
            state: UpstreamState::NotFetched,
            manifest: None,
        };
    };
    let (mut state, manifest) = state_of(&path, entry.is_optional, input);
    if entry.remote.is_some() && is_unfetched(&state) {
        state = UpstreamState::NotFetched;
    }
    Upstream {
        named_by,
        path: Some(path),
        state,
        manifest,
    }
}

/// Whether a cache has not what was fetched, or not as a manifest any more: it is to be fetched.
fn is_unfetched(state: &UpstreamState) -> bool {
    match state {
        UpstreamState::Absent | UpstreamState::NotFetched => true,
        UpstreamState::Failed(failure) => match failure {
            ManifestFailure::Missing | ManifestFailure::Unreadable(_) => true,
            ManifestFailure::NotFetched { .. } => false,
        },
        UpstreamState::Loading | UpstreamState::Loaded | UpstreamState::WorkingCopy => false,
    }
}

fn of_dependency(name: &str, at: usize, input: &LinkInput<'_>) -> Upstream {
    let named_by = NamedBy::Dependencies(name.into(), at);
    let Some(path) = input.settings.manifests.get(name) else {
        let state = if (input.has_working_copy)(name) {
            UpstreamState::WorkingCopy
        } else {
            UpstreamState::NotFetched
        };
        return Upstream {
            named_by,
            path: None,
            state,
            manifest: None,
        };
    };
    let path = normalize(&input.folder.unwrap_or(Path::new("")).join(path));
    let (state, manifest) = state_of(&path, false, input);
    Upstream {
        named_by,
        path: Some(path),
        state,
        manifest,
    }
}

fn state_of(
    path: &Path,
    is_optional: bool,
    input: &LinkInput<'_>,
) -> (UpstreamState, Option<Arc<Manifest>>) {
    let Some(slot) = input.slots.get(path) else {
        return (UpstreamState::Loading, None);
    };
    let state = match &slot.failure {
        None if slot.manifest.is_some() => UpstreamState::Loaded,
        None => UpstreamState::Loading,
        Some(ManifestFailure::Missing) if is_optional => return (UpstreamState::Absent, None),
        Some(failure) => UpstreamState::Failed(failure.clone()),
    };
    (state, slot.manifest.clone())
}

fn dependencies(project: &Project) -> &[Box<str>] {
    match project
        .file("dependencies.yml")
        .map(|facts| &*facts.meaning)
    {
        Some(Meaning::Dependencies(dependencies)) => &dependencies.projects,
        Some(
            Meaning::Code(_)
            | Meaning::Properties(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Other,
        )
        | None => &[],
    }
}

/// The file that a `path:` names, `None` for an address of the network. dbt-loom counts relative
/// paths from the working directory, which is the project's when dbt runs there.
#[must_use]
pub fn local_path(root: &Path, path: &str) -> Option<PathBuf> {
    match scheme(path) {
        None => Some(normalize(&root.join(path))),
        Some(scheme) if scheme.eq_ignore_ascii_case("file") => {
            let (host, inside) = host_and_path(path);
            if inside.is_empty() {
                None
            } else if host.is_empty() {
                let plain = format!("file://{inside}");
                url::Url::parse(&plain).ok()?.to_file_path().ok()
            } else {
                // A host is the first folder for dbt-loom, and nothing stands for other letters.
                Some(normalize(Path::new(&format!("//{host}{inside}"))))
            }
        }
        Some(_) => None,
    }
}

/// Whether an address has a path behind its host.
#[must_use]
pub fn has_path(address: &str) -> bool {
    !host_and_path(address).1.is_empty()
}

/// The host and the path of an address, without what stands behind them.
fn host_and_path(address: &str) -> (&str, &str) {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let rest = rest.get(..end).unwrap_or(rest);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

/// The scheme of an address; a Windows drive is none.
#[must_use]
pub fn scheme(path: &str) -> Option<&str> {
    let (scheme, _) = path.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    is_scheme.then_some(scheme)
}

/// The path without `.` and `..`, as far as text alone can tell.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let can_pop = matches!(normal.components().next_back(), Some(Component::Normal(_)));
                if can_pop {
                    normal.pop();
                } else if !normal.has_root() {
                    normal.push("..");
                }
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        let root = Path::new("/mesh/sales");
        let local = |path| local_path(root, path);
        assert_eq!(
            local("../core/target/manifest.json"),
            Some("/mesh/core/target/manifest.json".into())
        );
        assert_eq!(local("https://example.com/manifest.json"), None);
        assert_eq!(local("file:///a/b.json"), Some("/a/b.json".into()));
        assert_eq!(local("FILE:///a%20b.json?c#d"), Some("/a b.json".into()));
        assert_eq!(local("file://a/b.json"), Some("/a/b.json".into()));
        assert_eq!(local("file:a.json"), Some("/mesh/sales/file:a.json".into()));
        assert_eq!(local("file://a"), None);
        assert_eq!(local("/a//b/./c.json"), Some("/a/b/c.json".into()));
    }
}
