//! Several programs on one cache of fetched manifests, one of which is killed again and again.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dbt_mesh_lsp::manifest;

use crate::editor::Server;
use crate::fetched::{send, serve};
use crate::mesh::{INVENTORY, Mesh};

pub const NAMES: [&str; 3] = ["inventory", "returns", "prices"];

/// A project that reads three manifests of `host`; what stands behind the address is given.
pub fn mesh(host: &str, behind: &str) -> Mesh {
    let entries = NAMES.map(|name| {
        format!("  - name: {name}\n    type: file\n    config:\n      path: http://{host}/{name}{behind}\n")
    });
    let mesh = Mesh::new(&[("sales/dbt_project.yml", "name: sales\n")]);
    mesh.write(
        "sales/dbt_loom.config.yml",
        &format!("manifests:\n{}", entries.concat()),
    );
    mesh.write(
        "home/config/dbt-mesh-lsp/allowed.toml",
        &format!("trusted-hosts = [\"{host}\"]\n"),
    );
    mesh
}

/// A manifest of some size that says which one it is.
fn numbered(number: u64) -> String {
    let description = "x".repeat(200_000);
    INVENTORY.replace(
        "\"description\": \"\"",
        &format!("\"description\": \"{number} {description}\""),
    )
}

/// Every manifest that is kept, read whole.
fn kept(mesh: &Mesh) -> BTreeSet<PathBuf> {
    let folder = mesh.path("home/cache/dbt-mesh-lsp/manifests");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeSet::new();
    };
    let files = entries.map(|entry| entry.unwrap().path());
    let bodies = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
    bodies
        .inspect(|path| {
            let read = manifest::load(path, &mut Vec::new());
            assert_eq!(read.unwrap().nodes().count(), 1, "{}", path.display());
        })
        .collect()
}

/// Numbers that look like chance, the same in each run.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    *state >> 33
}

/// A `check` of a project that reads the three manifests, and one that nobody has fetched yet.
fn start_check(mesh: &Mesh, other: &Mesh, host: &str, number: usize) -> Child {
    let names = NAMES.map(ToOwned::to_owned).into_iter();
    let entries = names.chain([format!("new-{number}")]).map(|name| {
        format!(
            "  - name: {name}\n    type: file\n    config:\n      path: http://{host}/{name}.json\n"
        )
    });
    let entries: String = entries.collect();
    let config = format!("manifests:\n{entries}");
    other.write("returns/dbt_loom.config.yml", &config);
    let mut command = other.command(&["check"]);
    command.env("XDG_CACHE_HOME", mesh.path("home/cache"));
    command.env("XDG_CONFIG_HOME", mesh.path("home/config"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn nothing_is_torn_or_lost_when_one_of_several_is_killed() {
    const KILLS: usize = 200;
    let number = AtomicU64::new(0);
    let (host, _heads) = serve(move |_, stream| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let etag = format!("ETag: \"{number}\"\r\n");
        send(stream, "200 OK", &etag, numbered(number).as_bytes());
    });
    let mesh = mesh(&host, ".json");
    let other = Mesh::new(&[("returns/dbt_project.yml", "name: returns\n")]);
    let first = mesh.run(&["manifests", "refresh"]);
    assert_eq!(first.code, 0, "{}", first.all());
    assert_eq!(kept(&mesh).len(), NAMES.len());
    let mut server = Server::start(&mesh);
    let mut second = Server::start(&mesh);
    let began = Instant::now();
    start_check(&mesh, &other, &host, KILLS).wait().unwrap();
    // So long one takes by itself: it is killed before, while and after it writes.
    let longest = u64::try_from(began.elapsed().as_millis()).unwrap() * 2;
    let before = kept(&mesh);
    let mut chance = 20_261_126;
    let mut come = [0, 0];
    for kill in 0..KILLS {
        server.refresh();
        second.refresh();
        let mut check = start_check(&mesh, &other, &host, kill);
        let is_server = next(&mut chance).is_multiple_of(2);
        std::thread::sleep(Duration::from_millis(next(&mut chance) % longest));
        if is_server {
            second.kill();
            second = Server::start(&mesh);
        } else {
            let _ = check.kill();
        }
        check.wait().unwrap();
        // All are whole; none that was there is lost, nor what a `check` has brought that lived.
        let all = kept(&mesh);
        assert!(all.is_superset(&before), "after {kill} kills: {all:?}");
        let new: Vec<_> = all.difference(&before).collect();
        assert!(new.len() == 1 || (new.is_empty() && !is_server), "{new:?}");
        come[usize::from(is_server)] += new.len();
        for body in new {
            std::fs::remove_file(body).unwrap();
            std::fs::remove_file(body.with_extension("note")).unwrap_or_default();
        }
    }
    println!(
        "of checks that were killed {} had brought theirs, of others {}",
        come[0], come[1]
    );
    // Some were killed before they had written, some afterwards.
    assert!(come[0] > 0 && come[0] + come[1] < KILLS, "{come:?}");
    server.kill();
    second.kill();
    // Whatever a note says by now, the next one to ask gets what is right.
    let last = mesh.run(&["manifests", "refresh"]);
    assert_eq!(last.code, 0, "{}", last.all());
    assert_eq!(kept(&mesh), before);
}
