//! Editors that are told of the server by a few lines of text: Emacs and Vim do with those lines what a user does; of the
//! others the lines are read, and what they name is started.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, copy_folder, fresh_folder, root};
use crate::suite::Bench;
use crate::{debian, example, helix, tools};

/// What is unpacked.
const PACKAGES: [&str; 3] = ["emacs-nox", "vim", "vim-ale"];

/// Unpacks the editors, unless that was done already.
fn install() -> Result<PathBuf, String> {
    let prefix = root().join("target/tools/text-editors");
    let stamp = prefix.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == debian::SUITE) {
        return Ok(prefix);
    }
    debian::unpack(&prefix, &PACKAGES)?;
    std::fs::write(&stamp, debian::SUITE)
        .map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(prefix)
}

/// Runs the scripts; the editors' own folders and the mesh lie in a fresh folder below `target`.
pub fn test(bench: &Bench) -> Result<(), String> {
    let prefix = install()?;
    let programs = tools::environment("terminal", helix::TERMINAL, &[])?;
    let place = root().join("target/text-editors");
    fresh_folder(&place)?;
    let mesh = place.join("teddy-retailers");
    copy_folder(&example::folder(), &mesh, &["logs"])?;
    fresh_folder(&mesh.join(".git"))?;
    // The server is found as a user's is: on the PATH.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = bench.server.parent().map(Path::to_path_buf);
    let folders = own.into_iter().chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
    let prepared = |mut command: Command| {
        command
            .env("PATH", &path)
            .env("HOME", &place)
            .env("DBT_MESH_EXAMPLE", &mesh)
            .current_dir(&mesh);
        command
    };
    let script = |name: &str| {
        let mut command = Command::new(programs.join("python"));
        command
            .arg("-B")
            .arg(root().join("tests/terminal").join(name));
        prepared(command)
    };
    process::run(script("blocks.py").env("DBT_MESH_PAGE", root().join("docs/editors.md")))?;
    process::run(
        script("vim.py")
            .env("DBT_MESH_VIM", debian::words(&prefix, "usr/bin/vim.basic"))
            .env("DBT_MESH_VIMRC", vimrc(&prefix, &place)?)
            .env("VIMRUNTIME", prefix.join("usr/share/vim/vim91")),
    )?;
    process::run(&mut prepared(emacs(&prefix)?))
}

/// What a user of ALE has, and the lines of docs/editors.md.
fn vimrc(prefix: &Path, place: &Path) -> Result<PathBuf, String> {
    let share = prefix.join("usr/share");
    let (ale, vim) = (share.join("vim-ale"), share.join("vim/vim91"));
    let lines = root().join("editors/vim/ale.vim");
    let text = format!(
        "set nocompatible runtimepath={},{}\nfiletype plugin on\nruntime plugin/ale.vim\nsource {}\n",
        ale.display(),
        vim.display(),
        lines.display()
    );
    let path = place.join("vimrc");
    std::fs::write(&path, text).map_err(|error| format!("write {}: {error}", path.display()))?;
    Ok(path)
}

/// Emacs without a screen.
fn emacs(prefix: &Path) -> Result<Command, String> {
    let lisp = prefix.join("usr/share/emacs/30.1/lisp");
    let folders = folders(&lisp)?.into_iter().chain([lisp]);
    let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
    let own = prefix.join("usr/libexec/emacs/30.1/x86_64-linux-gnu");
    let dump = entries(&own)?
        .into_iter()
        .find(|path| path.extension().is_some_and(|it| it == "pdmp"))
        .ok_or_else(|| format!("no dump of Emacs in {}", own.display()))?;
    let words = debian::words(prefix, "usr/bin/emacs-nox");
    let words = words.to_string_lossy().into_owned();
    let mut words = words.lines();
    let mut command = Command::new(words.next().unwrap_or_default());
    let mut dumped = OsString::from("--dump-file=");
    dumped.push(dump);
    command
        .args(words)
        .arg(dumped)
        .args(["-Q", "--batch", "-l"])
        .arg(root().join("tests/terminal/emacs.el"))
        .env("EMACSLOADPATH", path)
        .env("EMACSDATA", prefix.join("usr/share/emacs/30.1/etc"))
        .env("EMACSPATH", own)
        .env("DBT_MESH_BLOCK", root().join("editors/emacs/eglot.el"));
    Ok(command)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("list {}: {error}", folder.display()))?;
    Ok(entries.filter_map(Result::ok).map(|it| it.path()).collect())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = entries(folder)?;
    found.retain(|path| path.is_dir());
    Ok(found)
}
