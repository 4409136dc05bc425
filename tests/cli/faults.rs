//! Faults of the network, by a proxy between the program and an origin that is in order. After each
//! one the last good manifest is in use, one finding stands where the config names the origin,
//! nothing hangs, nothing grows, and the server ends at once.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::editor::Server;
use crate::fetched::{at_address, finding, send, serve};
use crate::mesh::{INVENTORY, Mesh};

/// What is done to a stream instead of giving it the origin's answer.
type Done = fn(&mut TcpStream, &[u8]);

/// What goes wrong with each connection.
#[derive(Clone, Copy)]
enum Wrong {
    /// Nobody listens.
    Refused,
    /// It is reset after this.
    Reset(Done),
    /// It is closed in order after this.
    Answered(Done),
}
use Wrong::{Answered, Refused, Reset};

/// A name, what goes wrong, the kind that lists show, and what a finding says.
type Fault = (&'static str, Wrong, &'static str, &'static str);

macro_rules! table {
    ($($name:literal $wrong:expr => $kind:literal $says:literal)*) => {
        &[$(($name, $wrong, $kind, $says)),*]
    };
}

/// A line a fault.
const FAULTS: &[Fault] = table! {
    "refused"                Refused                       => "connection" "connect: "
    "reset before the head"  Reset(|_, _| {})              => "connection" "ask 127.0.0.1"
    "reset in mid body"      Reset(in_mid_body)            => "connection" "read the answer"
    "ends in mid body"       Answered(half)                => "connection" "it broke off"
    "one byte a second"      Answered(one_byte_a_second)   => "timeout" "less than 1 kB a second"
    "3 GB announced"         Answered(announced)           => "too-large" "larger than 8 MiB"
    "3 GB without a length"  Answered(three_gigabytes)     => "too-large" "larger than 8 MiB"
    "a bomb"                 Answered(bomb)                => "too-large" "larger than 8 MiB"
    "truncated gzip"         Answered(truncated_gzip)      => "cut-off" "ends in the middle"
    "10,000 redirects"       Answered(redirected)          => "redirects" "more than 10 times"
    "a clock far off"        Answered(of_another_time)     => "forbidden" "minutes ahead of its own"
    "500 for good"           Answered(in_trouble)          => "server" "trouble of its own"
    "asked too often"        Answered(busy)                => "server" "asked too often"
    "404"                    Answered(without_it)          => "not-found" "no such manifest"
    "a page to sign in"      Answered(a_page)              => "not-a-manifest" "not JSON"
    "some other JSON"        Answered(other_json)          => "not-a-manifest" "no manifest"
    "no HTTP"                Answered(no_http)             => "connection" "ask 127.0.0.1"
};

/// What a server may have in memory, in MB, with the faults above: all are bounded by the setting.
const MOST_MEMORY: u64 = 120;
/// What a fetch may take that goes wrong, all that it tries again included.
const MOST_TIME: Duration = Duration::from_secs(45);
/// What the end of a server may take. The machine starts and ends all of them at the same time, so
/// this tells no more than that it does not wait for the fetch.
const MOST_END: Duration = Duration::from_secs(10);

/// A proxy that lets through, or does something wrong.
struct Proxy {
    address: SocketAddr,
    wrong: Arc<Mutex<Option<Wrong>>>,
    listener: Arc<Mutex<Option<TcpListener>>>,
    /// How many answers of the origin it lets through before it does something wrong.
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    fn before(origin: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let proxy = Self {
            address,
            wrong: Arc::default(),
            listener: Arc::new(Mutex::new(Some(listener))),
            connections: Arc::default(),
        };
        let (listener, wrong) = (Arc::clone(&proxy.listener), Arc::clone(&proxy.wrong));
        let connections = Arc::clone(&proxy.connections);
        std::thread::spawn(move || {
            loop {
                let accepted = match &*listener.lock().unwrap() {
                    Some(listener) => listener.accept(),
                    None => return,
                };
                let Ok((stream, _)) = accepted else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                connections.fetch_add(1, Ordering::Relaxed);
                stream.set_nonblocking(false).unwrap();
                let (wrong, origin) = (*wrong.lock().unwrap(), origin.clone());
                std::thread::spawn(move || pass(stream, &origin, wrong));
            }
        });
        proxy
    }

    /// From now on this goes wrong.
    fn break_down(&self, wrong: Wrong) {
        *self.wrong.lock().unwrap() = Some(wrong);
        if let Refused = wrong {
            *self.listener.lock().unwrap() = None;
        }
    }
}

fn pass(mut stream: TcpStream, origin: &str, wrong: Option<Wrong>) {
    // The last byte of the head stays unread: who closes the stream then resets it.
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r") && stream.read(&mut byte).unwrap_or(0) > 0 {
        head.push(byte[0]);
    }
    // Clients connect ahead: without a question the origin would wait for the rest of it for ever.
    if !head.ends_with(b"\r\n\r") {
        return;
    }
    head.push(b'\n');
    let mut answer = Vec::new();
    let mut behind = TcpStream::connect(origin).unwrap();
    behind.write_all(&head).unwrap();
    let _ = behind.read_to_end(&mut answer);
    match wrong {
        Some(Reset(done)) => return done(&mut stream, &answer),
        Some(Answered(done)) => done(&mut stream, &answer),
        Some(Refused) | None => raw(&mut stream, &answer),
    }
    let _ = stream.read(&mut byte);
}

fn raw(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

fn part(stream: &mut TcpStream, answer: &[u8], length: usize) {
    raw(stream, &answer[..length]);
}

fn in_mid_body(stream: &mut TcpStream, answer: &[u8]) {
    part(stream, answer, answer.len() - 100);
    std::thread::sleep(Duration::from_millis(50));
}

fn half(stream: &mut TcpStream, answer: &[u8]) {
    part(stream, answer, answer.len() / 2);
}

fn announced(stream: &mut TcpStream, _: &[u8]) {
    raw(
        stream,
        b"HTTP/1.1 200 OK\r\nContent-Length: 3221225472\r\n\r\n{",
    );
}

fn redirected(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "302 Found", "Location: /m.json\r\n", b"");
}

fn of_another_time(stream: &mut TcpStream, _: &[u8]) {
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    send(stream, "403 Forbidden", date, b"planted-secret");
}

fn in_trouble(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "500 Oh", "", b"");
}

fn busy(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "429 Slow", "Retry-After: 1\r\n", b"");
}

fn without_it(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "404 Not Found", "", b"");
}

fn a_page(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "200 OK", "", b"<html>sign in</html>");
}

fn other_json(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "200 OK", "", b"{\"a\": 1}");
}

fn no_http(stream: &mut TcpStream, _: &[u8]) {
    raw(stream, b"SSH-2.0-x\r\n");
}

fn one_byte_a_second(stream: &mut TcpStream, answer: &[u8]) {
    part(stream, answer, answer.len() / 2);
    for byte in &answer[answer.len() / 2..] {
        std::thread::sleep(Duration::from_secs(1));
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
    }
}

fn three_gigabytes(stream: &mut TcpStream, _: &[u8]) {
    raw(
        stream,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\": \"",
    );
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..3 << 10 {
        if stream.write_all(&piece).is_err() {
            return;
        }
    }
}

/// 64 MiB in 64 kB.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..64 {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    packed.finish().unwrap()
});

fn bomb(stream: &mut TcpStream, _: &[u8]) {
    send(stream, "200 OK", "", &BOMB);
}

fn truncated_gzip(stream: &mut TcpStream, _: &[u8]) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(INVENTORY.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    send(stream, "200 OK", "", &packed[..packed.len() / 2]);
}

/// A mesh with a good copy, behind a proxy.
fn kept_behind_a_proxy() -> (Mesh, Proxy) {
    let (origin, _heads) = serve(|_, stream| send(stream, "200 OK", "", INVENTORY.as_bytes()));
    let proxy = Proxy::before(origin);
    let host = proxy.address.to_string();
    let mesh = at_address(&format!("http://{host}/m.json"));
    mesh.write("dbt-mesh.toml", "max-manifest-megabytes = 8\n");
    mesh.write(
        "home/config/dbt-mesh-lsp/allowed.toml",
        &format!("hosts = [\"{host}\"]\n"),
    );
    assert_eq!(mesh.check_json(&[])["findings"], json!([]));
    (mesh, proxy)
}

/// The command line: a command to refresh, then a check of what is old by now.
fn on_the_command_line(mesh: &Mesh, kind: &str, says: &str) {
    let began = Instant::now();
    let refresh = mesh.run(&["manifests", "refresh", "--output-format", "json"]);
    assert_eq!(refresh.code, 1, "{}", refresh.all());
    let list: serde_json::Value = serde_json::from_str(&refresh.stdout).unwrap();
    let manifest = &list["manifests"][0];
    assert_eq!(manifest["fault"], kind, "{manifest:#}");
    assert_eq!(manifest["state"], "kept");
    assert!(began.elapsed() < MOST_TIME, "{:?}", began.elapsed());
    mesh.age_cache(Duration::from_secs(3600));
    let began = Instant::now();
    let checked = mesh.check_json(&[]);
    let message = finding(&checked);
    // A check does not wait long for news of what it has.
    let is_slow = message.contains("it has not come within");
    assert!(message.contains(says) || is_slow, "{message}");
    assert!(message.ends_with("the one fetched before stays in use"));
    assert_eq!(checked["manifests"][0]["models"], 1);
    assert!(began.elapsed() < MOST_TIME, "{:?}", began.elapsed());
}

/// The editor: its finding, its answers meanwhile, and its end with a fetch under way.
fn in_the_editor(mesh: &Mesh, says: &str) {
    let mut server = Server::start(mesh);
    while server.answer("dbtMesh/status", &json!(null))["manifests"][0]["state"] != "loaded" {
        std::thread::sleep(Duration::from_millis(20));
    }
    server.refresh();
    let config = "dbt_loom.config.yml";
    server.wait_for_findings(config, |findings| !findings.is_empty());
    let findings = server.findings(config);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["code"], "manifest-not-fetched");
    assert_eq!(findings[0]["range"]["start"]["line"], 4);
    let message = findings[0]["message"].as_str().unwrap();
    assert!(message.contains(says), "{message}");
    let orders = format!("file://{}", mesh.path("sales/models/orders.sql").display());
    let at = json!({"textDocument": {"uri": orders}, "position": {"line": 0, "character": 35}});
    let hover = server.answer("textDocument/hover", &at).to_string();
    assert!(
        hover.contains("stock") && hover.contains("inventory"),
        "{hover}"
    );
    server.refresh();
    std::thread::sleep(Duration::from_millis(200));
    let memory = server.most_memory();
    assert!(memory < MOST_MEMORY, "{memory} MB");
    let took = server.end();
    assert!(took < MOST_END, "{took:?}");
}

/// Nothing is left of what was not kept, and nothing of it was large: beside the copy and its note
/// what the server and the last check were reading when they ended, at most.
fn nothing_is_left(mesh: &Mesh) {
    let files = std::fs::read_dir(mesh.path("home/cache/dbt-mesh-lsp/manifests")).unwrap();
    let sizes: Vec<u64> = files
        .map(|it| it.unwrap().metadata().unwrap().len())
        .collect();
    assert!(
        sizes.len() <= 4 && sizes.iter().all(|size| *size <= 8 << 20),
        "{sizes:?}"
    );
}

#[test]
fn each_fault_leaves_the_last_good_manifest_and_one_finding() {
    // It takes longer to pack than a fetch waits for an answer, on a busy machine.
    LazyLock::force(&BOMB);
    std::thread::scope(|scope| {
        for (name, wrong, kind, says) in FAULTS {
            let test = move || {
                let (mesh, proxy) = kept_behind_a_proxy();
                proxy.break_down(*wrong);
                in_the_editor(&mesh, says);
                on_the_command_line(&mesh, kind, says);
                nothing_is_left(&mesh);
            };
            let thread = std::thread::Builder::new().name((*name).to_owned());
            thread.spawn_scoped(scope, test).unwrap();
        }
    });
}

#[test]
fn trouble_that_passes_is_no_trouble() {
    let (mesh, proxy) = kept_behind_a_proxy();
    let wrong: Done = |stream, answer| {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        match COUNT.fetch_add(1, Ordering::Relaxed) {
            0 => send(stream, "500 Oh", "", b""),
            _ => raw(stream, answer),
        }
    };
    proxy.break_down(Answered(wrong));
    let refresh = mesh.run(&["manifests", "refresh"]);
    assert_eq!(refresh.code, 0, "{}", refresh.all());
    assert_eq!(mesh.check_json(&[])["findings"], json!([]));
}

#[test]
fn redirects_end_soon() {
    let (mesh, proxy) = kept_behind_a_proxy();
    proxy.break_down(Answered(redirected));
    let before = proxy.connections.load(Ordering::Relaxed);
    assert_eq!(mesh.run(&["manifests", "refresh"]).code, 1);
    let asked = proxy.connections.load(Ordering::Relaxed) - before;
    assert!(asked <= 12, "{asked}");
}
