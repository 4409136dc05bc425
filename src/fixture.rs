//! The language of the tests: one string is a whole mesh, with a cursor and with findings in it.
//!
//! ```text
//! //- project shop needs:core           a project; its loom config names the manifest of `core`
//! //- models/orders.sql access:public   a file of it; `config()` in front for what stands behind
//! select * from {{ ref('core', 'pro$0ducts') }}
//! --                            ^^^^^^^^ error[unknown-model]: …
//! //- manifest core                     a manifest made of the files below, which are not on disk
//! //- models/products.sql access:public
//! select 1
//! ```
//!
//! `$0` is the cursor; its file is open in the editor. A line with `^` in a comment is a finding
//! about the line above it, `--<0>^^` where the column leaves no room for the comment's mark. A
//! project that others need and that has no `manifest` section of its own is published as its
//! files are. Behind a project's name may stand `needs:a,b` (manifests), `depends:a,b`
//! (dependencies.yml), `root:folder`, and `neighbour` for one beside the workspace; behind a
//! manifest's `generated:…`, `without:key` or `with:parent` (of its nodes), `marked` (by a byte order
//! mark), `missing`, `loading`, or `unreadable`. `//- package name` begins a
//! package of the project above it, or of the one whose manifest that is.

mod check;
mod draw;
mod findings;
mod publish;
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use check::{
    check_actions, check_complete, check_declaration, check_fixes, check_goto, check_hover,
    check_links, check_references, check_signature, check_symbols, check_workspace_symbols,
};
pub(crate) use findings::check_diagnostics;

use crate::manifest::{Catalog, ManifestFailure};
use crate::project::{FileFacts, Files, Project};
use crate::world::{Change, FileOnDisk, ProjectFiles, Snapshot, World};

/// The workspace folder of all fixtures.
const FOLDER: &str = "/mesh";
/// The time in all fixtures.
const NOW: &str = "2026-11-04T12:00:00Z";
/// When manifests are made that do not say it.
const GENERATED: &str = "2026-11-01T12:00:00Z";

/// A fixture, read.
pub(crate) struct Fixture {
    pub world: Snapshot,
    /// All texts by absolute path, without cursor and findings.
    pub texts: BTreeMap<PathBuf, String>,
    /// The same with the findings in it.
    marked: BTreeMap<PathBuf, String>,
    pub cursor: Option<(PathBuf, u32)>,
}

/// A `project`, `package` or `manifest` section.
#[derive(Default)]
struct Section {
    kind: Kind,
    name: String,
    words: Vec<String>,
    files: Vec<(String, String)>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Project,
    Package,
    Manifest,
    /// A file that belongs to no project, by its path.
    Loose,
}

impl Fixture {
    /// Reads a fixture and makes its world.
    pub fn new(fixture: &str) -> Self {
        let sections = sections(fixture);
        let mut this = Self {
            world: Snapshot::default(),
            texts: BTreeMap::new(),
            marked: BTreeMap::new(),
            cursor: None,
        };
        let world = World::default()
            .apply(Change::Folders(vec![FOLDER.into()]))
            .apply(Change::Now(NOW.parse().unwrap()));
        let world = this.apply_projects(world, &sections);
        let mut world = this.catalogs(Self::publish(world, &sections));
        if let Some((path, _)) = &this.cursor {
            let text = this.texts[path].as_str();
            world = open(&world, path, text);
        }
        for change in world.renders(None) {
            world = world.apply(change);
        }
        this.world = Arc::new(world);
        this
    }

    /// The text of a file.
    pub fn text(&self, path: &Path) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    fn apply_projects(&mut self, mut world: World, sections: &[Section]) -> World {
        for (at, section) in sections.iter().enumerate() {
            match section.kind {
                Kind::Project => {
                    let root = root_of(section);
                    let mut files = self.read(section, &root);
                    let packages = sections[at + 1..]
                        .iter()
                        .take_while(|next| next.kind == Kind::Package);
                    for package in packages {
                        let root = root.join("dbt_packages").join(&package.name);
                        files.packages.push(self.read(package, &root));
                    }
                    world = world.apply(if section.has("neighbour") {
                        Change::Neighbour(files.into_project())
                    } else {
                        Change::Project(files.into_project())
                    });
                }
                Kind::Loose => {
                    self.read(section, Path::new(FOLDER));
                }
                Kind::Package | Kind::Manifest => {}
            }
        }
        world
    }

    /// The files of a section; keeps their texts.
    fn read(&mut self, section: &Section, root: &Path) -> ProjectFiles {
        let mut files = Vec::new();
        for (path, marked) in with_defaults(section) {
            let marked_text = marked.replacen("$0", "", 1);
            let mut text = findings::strip(&marked);
            let absolute = root.join(&path);
            if let Some(at) = text.find("$0") {
                text.replace_range(at..at + 2, "");
                self.cursor = Some((absolute.clone(), u32::try_from(at).unwrap()));
            }
            files.push(FileOnDisk {
                facts: FileFacts::read(&path, &text),
                path: path.into(),
            });
            self.marked.insert(absolute.clone(), marked_text);
            self.texts.insert(absolute, text);
        }
        ProjectFiles {
            root: root.into(),
            profiles: profiles(section),
            ignored: Arc::default(),
            files,
            packages: Vec::new(),
        }
    }

    /// Delivers every manifest that some project reads.
    fn publish(mut world: World, sections: &[Section]) -> World {
        for path in world.wanted_manifests() {
            let folder = path.parent().and_then(Path::parent).unwrap();
            let of = |kind: Kind| {
                sections
                    .iter()
                    .position(|section| section.kind == kind && root_of(section) == folder)
            };
            let at = of(Kind::Manifest).or_else(|| of(Kind::Project));
            let outcome = match at.map(|at| sections.split_at(at).1) {
                Some([section, ..]) if section.has("loading") => continue,
                Some([section, ..]) if section.has("unreadable") => {
                    let why = format!("read {}: the file is empty", path.display());
                    Err(ManifestFailure::Unreadable(why))
                }
                Some([section, rest @ ..]) if !section.has("missing") => {
                    Ok(manifest(section, rest))
                }
                Some(_) | None => Err(ManifestFailure::Missing),
            };
            world = world.apply(Change::Manifest { path, outcome });
        }
        world
    }

    /// Delivers the catalogs that sections have as files.
    fn catalogs(&self, mut world: World) -> World {
        for path in world.wanted_catalogs() {
            let outcome = match self.texts.get(&path) {
                Some(text) => Ok(Arc::new(Catalog::read(text.as_bytes()).unwrap())),
                None => Err(ManifestFailure::Missing),
            };
            world = world.apply(Change::Catalog { path, outcome });
        }
        world
    }
}

/// The profiles.yml of a project's own folder.
fn profiles(section: &Section) -> Option<Arc<str>> {
    let mut files = section.files.iter();
    let found = files.find(|(path, _)| path == "profiles.yml");
    found.map(|(_, text)| text.as_str().into())
}

/// The manifest of a section's files, with the packages that stand behind a `manifest`.
fn manifest(section: &Section, rest: &[Section]) -> Arc<crate::manifest::Manifest> {
    let has_packages = section.kind == Kind::Manifest;
    let packages = rest
        .iter()
        .take_while(|next| has_packages && next.kind == Kind::Package);
    let published: Vec<_> = std::iter::once(section)
        .chain(packages)
        .map(project_of)
        .collect();
    let generated = section.value("generated").unwrap_or(GENERATED);
    let mut json = publish::manifest(&published, generated);
    if let Some(key) = section.value("without") {
        json = json.replace(&format!("\"{key}\":"), "\"other\":");
    }
    if let Some(parent) = section.value("with") {
        json = json.replace("\"nodes\":[]", &format!("\"nodes\":[\"{parent}\"]"));
    }
    if section.has("marked") {
        json.insert(0, '\u{feff}');
    }
    Arc::new(crate::manifest::read(json.as_bytes()).unwrap())
}

/// A section's files as a project, and their texts.
fn project_of(section: &Section) -> (Project, BTreeMap<String, String>) {
    let mut files = Files::default();
    let mut texts = BTreeMap::new();
    for (path, text) in with_defaults(section) {
        let text = findings::strip(&text).replacen("$0", "", 1);
        let facts = Arc::new(FileFacts::read(&path, &text));
        files.insert_mut(path.as_str().into(), facts);
        texts.insert(path, text);
    }
    let project = Project::new(root_of(section), files, Vec::new(), None);
    (project, texts)
}

/// The world with a file open in the editor.
fn open(world: &World, path: &Path, text: &str) -> World {
    world.apply(Change::FileInEditor {
        path: path.into(),
        text: text.into(),
        version: 1,
    })
}

impl Section {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    fn value(&self, key: &str) -> Option<&str> {
        let mut pairs = self.words.iter().filter_map(|word| word.split_once(':'));
        pairs
            .find(|(other, _)| *other == key)
            .map(|(_, value)| value)
    }

    fn list(&self, key: &str) -> Vec<&str> {
        self.value(key)
            .map_or_else(Vec::new, |list| list.split(',').collect())
    }
}

fn root_of(section: &Section) -> PathBuf {
    Path::new(FOLDER).join(section.value("root").unwrap_or(&section.name))
}

fn sections(fixture: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for part in format!("\n{fixture}").split("\n//- ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let mut words = head.split_whitespace().map(ToOwned::to_owned);
        let first = words.next().unwrap();
        let kind = match first.as_str() {
            "project" => Kind::Project,
            "package" => Kind::Package,
            "manifest" => Kind::Manifest,
            "loose" => Kind::Loose,
            _ => {
                let words: Vec<String> = words.collect();
                let text = format!("{}{body}\n", config_line(&words));
                sections.last_mut().unwrap().files.push((first, text));
                continue;
            }
        };
        sections.push(Section {
            kind,
            name: words.next().unwrap_or_default(),
            words: words.collect(),
            files: Vec::new(),
        });
    }
    sections
}

/// `access:public` behind a file's name as a call of `config`.
fn config_line(words: &[String]) -> String {
    let pairs: Vec<String> = words
        .iter()
        .filter_map(|word| word.split_once(':'))
        .map(|(key, value)| match value {
            "true" | "false" => format!("{key}={value}"),
            "enforced" => format!("{key}={{'enforced': true}}"),
            _ => format!("{key}='{value}'"),
        })
        .collect();
    if pairs.is_empty() {
        return String::new();
    }
    format!("{{{{ config({}) }}}}\n", pairs.join(", "))
}

/// The files of a section, with those that it does not write.
fn with_defaults(section: &Section) -> Vec<(String, String)> {
    let mut files = section.files.clone();
    if section.kind == Kind::Loose {
        return files;
    }
    let mut default = |path: &str, text: String| {
        if !files.iter().any(|(other, _)| other == path) {
            files.push((path.into(), text));
        }
    };
    default("dbt_project.yml", format!("name: {}\n", section.name));
    let needs = section.list("needs");
    if !needs.is_empty() {
        let entry = |name: &&str| {
            format!(
                "  - name: {name}\n    type: file\n    config:\n      path: ../{name}/target/manifest.json\n"
            )
        };
        let entries: String = needs.iter().map(entry).collect();
        default("dbt_loom.config.yml", format!("manifests:\n{entries}"));
    }
    let depends = section.list("depends");
    if !depends.is_empty() {
        let entries = depends.join("\n  - name: ");
        default(
            "dependencies.yml",
            format!("projects:\n  - name: {entries}\n"),
        );
    }
    files
}
