//! What do the parts take, one after another on one thread, without protocol and process?

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dbt_mesh_lsp::project::FileFacts;
use dbt_mesh_lsp::settings::Settings;
use dbt_mesh_lsp::world::{Change, World};
use dbt_mesh_lsp::{ide, load};
use serde_json::Value;

use crate::meshes::Mesh;
use crate::stopwatch::median;
use crate::table;

const FEW: usize = 7;
const MANY: usize = 201;

type Line = [String; 3];

/// Times the parts and prints them.
pub fn measure(mesh: &Mesh) -> Result<(), String> {
    println!("\nparts, the median of several runs");
    let mut lines = manifest(&mesh.folder.join(&mesh.project).join("target/manifest.json"))?;
    lines.extend(facts(&mesh.folder)?);
    let probe = Probe::of(mesh)?;
    let world = world(mesh);
    lines.extend(keystrokes(&world, &probe));
    lines.extend(questions(&world, &probe));
    lines.push(diagnostics(&world, &probe));
    table::print(&["part", "median", "how"].map(str::to_owned), &lines);
    Ok(())
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.3} ms", seconds * 1e3)
}

fn line(what: &str, seconds: f64, how: String) -> Line {
    [what.to_owned(), milliseconds(seconds), how]
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn rate(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / 1e6 / seconds
}

/// A manifest, beside reading the file and looking at each byte once.
fn manifest(path: &Path) -> Result<Vec<Line>, String> {
    let mut buffer = Vec::new();
    let bytes = scan(path, &mut buffer)
        .map_err(|error| format!("read {}: {error}", path.display()))?
        .0;
    let scanned = median(FEW, |_| scan(path, &mut buffer));
    let read = median(FEW, |_| load::read_manifest(path, &mut buffer));
    let how = format!("{:.0} MB/s", rate(bytes, scanned));
    let ratio = format!(
        "{:.0} MB/s, {:.2} x that",
        rate(bytes, read),
        read / scanned
    );
    Ok(vec![
        line("read a manifest's bytes, count its lines", scanned, how),
        line("read the manifest", read, ratio),
    ])
}

fn scan(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<(usize, usize)> {
    buffer.clear();
    File::open(path)?.read_to_end(buffer)?;
    Ok((buffer.len(), memchr::memchr_iter(b'\n', buffer).count()))
}

/// The facts of every SQL and YAML file of the mesh.
fn facts(mesh: &Path) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for (name, extensions) in [("SQL", &["sql"][..]), ("YAML", &["yml", "yaml"])] {
        let texts = texts(mesh, extensions)?;
        let bytes = texts.iter().map(|(_, text)| text.len()).sum();
        let seconds = median(FEW, |_| {
            let facts = texts.iter().map(|(path, text)| FileFacts::read(path, text));
            facts.collect::<Vec<_>>()
        });
        let how = format!("{:.0} MB/s", rate(bytes, seconds));
        lines.push(line(
            &format!("facts of {} {name} files", texts.len()),
            seconds,
            how,
        ));
    }
    Ok(lines)
}

fn texts(mesh: &Path, extensions: &[&str]) -> Result<Vec<(String, String)>, String> {
    let why = |path: &Path, error: std::io::Error| format!("read {}: {error}", path.display());
    let mut texts = Vec::new();
    let mut folders = vec![mesh.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| why(&folder, error))? {
            let path = entry.map_err(|error| why(&folder, error))?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if extension.is_some_and(|extension| extensions.contains(&extension)) {
                let text = fs::read_to_string(&path).map_err(|error| why(&path, error))?;
                let inside = path.strip_prefix(mesh).unwrap_or(&path);
                texts.push((inside.display().to_string(), text));
            }
        }
    }
    Ok(texts)
}

/// The project alone, with the manifests and the working copies that it reads.
fn world(mesh: &Mesh) -> Arc<World> {
    let folders = [mesh.folder.join(&mesh.project)];
    let roots = load::find_projects(&folders);
    let now = jiff::Timestamp::now();
    let world = load::world(&folders, &roots, Settings::default(), None, now, &|_| {});
    Arc::new(world)
}

/// A cross-project ref in a model of the mesh.
struct Probe {
    root: PathBuf,
    path: PathBuf,
    text: String,
    /// Inside the ref's model argument.
    offset: u32,
    /// Two models of the project itself.
    own: [String; 2],
}

impl Probe {
    fn of(mesh: &Mesh) -> Result<Self, String> {
        let path = mesh.folder.join("probes.jsonl");
        let lines = fs::read_to_string(&path).map_err(|error| format!("read probes: {error}"))?;
        let probes: Vec<Value> = lines
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        Self::among(mesh, &probes).ok_or_else(|| "no cross-project ref in the mesh".to_owned())
    }

    fn among(mesh: &Mesh, probes: &[Value]) -> Option<Self> {
        let text_of = |probe: &Value, key: &str| probe.get(key)?.as_str().map(str::to_owned);
        let below = format!("{}/", mesh.project);
        let refs = |is_cross: bool| {
            probes
                .iter()
                .filter(move |probe| probe.get("cross").and_then(Value::as_bool) == Some(is_cross))
        };
        let is_ours =
            |probe: &&Value| text_of(probe, "file").is_some_and(|file| file.starts_with(&below));
        let probe = refs(true).find(is_ours)?;
        let mut own = refs(false)
            .filter(is_ours)
            .filter_map(|probe| text_of(probe, "name"));
        let path = mesh.folder.join(text_of(probe, "file")?);
        let text = fs::read_to_string(&path).ok()?;
        let start = usize::try_from(probe.get("line")?.as_u64()?).ok()?;
        let before: usize = text.split_inclusive('\n').take(start).map(str::len).sum();
        let character = usize::try_from(probe.get("character")?.as_u64()?).ok()?;
        Some(Self {
            root: mesh.folder.join(&mesh.project),
            offset: u32::try_from(before + character + 2).ok()?,
            own: [own.next()?, own.next()?],
            path,
            text,
        })
    }

    /// The file with one of two endings, as the editor says it.
    fn typed(&self, turn: usize, endings: &[String; 2]) -> Change {
        let [even, odd] = endings;
        let ending = if turn.is_multiple_of(2) { even } else { odd };
        Change::FileInEditor {
            path: self.path.clone(),
            text: format!("{}\n{ending}\n", self.text).into(),
            version: i32::try_from(turn).unwrap_or(i32::MAX),
        }
    }
}

/// What the world needs for the next state of an open file.
fn keystrokes(world: &World, probe: &Probe) -> Vec<Line> {
    let [one, other] = &probe.own;
    let kinds = [
        (
            "no fact",
            ["where 1 = 1", "where 1 = 12"].map(str::to_owned),
        ),
        (
            "a ref",
            [one, other].map(|model| format!("{{{{ ref('{model}') }}}}")),
        ),
        (
            "what the index has (an alias)",
            ["a", "b"].map(|alias| format!("{{{{ config(alias='{alias}') }}}}")),
        ),
    ];
    let mut lines = Vec::new();
    for (what, endings) in kinds {
        let mut state = world.apply(probe.typed(1, &endings));
        let linked_before = state.links();
        let seconds = median(MANY, |turn| {
            let next = state.apply(probe.typed(turn, &endings));
            std::mem::replace(&mut state, next)
        });
        let how = match state.links() - linked_before {
            0 => "nothing linked".to_owned(),
            _ => "linked anew".to_owned(),
        };
        lines.push(line(
            &format!("a keystroke that changes {what}"),
            seconds,
            how,
        ));
    }
    lines
}

/// What an editor asks about an open file.
fn questions(world: &World, probe: &Probe) -> Vec<Line> {
    let world = &Arc::new(world.apply(probe.typed(0, &Default::default())));
    let Probe { path, offset, .. } = probe;
    let offered = ide::complete(world, path, *offset).items.len();
    let is_hovered = ide::hover(world, path, *offset).is_some();
    let is_found = ide::definition(world, path, *offset).is_some();
    vec![
        line(
            "complete a cross-project ref",
            median(MANY, |_| ide::complete(world, path, *offset)),
            format!("{offered} offered"),
        ),
        line(
            "hover over it",
            median(MANY, |_| ide::hover(world, path, *offset)),
            if is_hovered { "a card" } else { "nothing" }.to_owned(),
        ),
        line(
            "jump from it",
            median(MANY, |_| ide::definition(world, path, *offset)),
            if is_found { "a place" } else { "nothing" }.to_owned(),
        ),
    ]
}

fn diagnostics(world: &Arc<World>, probe: &Probe) -> Line {
    let files = world.checked_files(&probe.root);
    let seconds = median(FEW, |_| {
        let findings = files.iter().map(|file| ide::diagnostics(world, file));
        findings.collect::<Vec<_>>()
    });
    line(
        "findings of the project",
        seconds,
        format!("{} files", files.len()),
    )
}
