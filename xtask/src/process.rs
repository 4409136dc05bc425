//! Running other programs, and where the project lies on this disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the repository.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command with its output on the screen; anything but success is an error.
pub fn run(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    println!("$ {shown}");
    let status = command
        .status()
        .map_err(|error| format!("start `{shown}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` ended with {status}"))
    }
}

/// How a captured command ended.
pub struct Captured {
    /// Whether it ended with success.
    pub is_success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs a command and keeps its output; only a failed start is an error.
pub fn capture(command: &mut Command) -> Result<Captured, String> {
    let shown = shown(command);
    println!("$ {shown}");
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("start `{shown}`: {error}"))?;
    Ok(Captured {
        is_success: done.status.success(),
        stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    })
}

/// Ends this process as failed, with all that it started: whoever waits for the end of their output
/// would wait on. Says what ran; where there is no `ps`, nothing is said and what ran is left alone.
pub fn give_up() -> ! {
    let listed = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,time=,args="])
        .stdin(Stdio::null())
        .output();
    if let Ok(listed) = listed {
        let listed = String::from_utf8_lossy(&listed.stdout);
        let running = descendants(&listed, std::process::id());
        println!("\nwhat ran (process, parent, time on a processor, command):");
        for line in running.values() {
            println!("{}", line.chars().take(160).collect::<String>());
        }
        let pids = running.keys().map(u32::to_string);
        // Some have ended meanwhile: `kill` says so, and it is well.
        let _ = Command::new("kill").arg("-KILL").args(pids).output();
    }
    std::process::exit(1)
}

/// The processes that `ancestor` started, directly or not, with their lines in a list of lines
/// `pid ppid …`.
fn descendants(listed: &str, ancestor: u32) -> BTreeMap<u32, &str> {
    let mut children: BTreeMap<u32, Vec<(u32, &str)>> = BTreeMap::new();
    for line in listed.lines() {
        let mut numbers = line.split_whitespace().map(str::parse);
        if let (Some(Ok(pid)), Some(Ok(parent))) = (numbers.next(), numbers.next()) {
            children.entry(parent).or_default().push((pid, line));
        }
    }
    let mut found = BTreeMap::new();
    let mut waiting = vec![ancestor];
    while let Some(parent) = waiting.pop() {
        // Taken out: a list that makes somebody their own ancestor ends too.
        let of_parent = children.remove(&parent).unwrap_or_default();
        waiting.extend(of_parent.iter().map(|(pid, _)| pid));
        found.extend(of_parent);
    }
    found
}

/// Copies a folder with all that is in it, but for entries named in `but`.
pub fn copy_folder(from: &Path, to: &Path, but: &[&str]) -> Result<(), String> {
    let why = |what: &str, path: &Path, error: std::io::Error| {
        format!("{what} {}: {error}", path.display())
    };
    std::fs::create_dir_all(to).map_err(|error| why("create", to, error))?;
    let entries = std::fs::read_dir(from).map_err(|error| why("list", from, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| why("list", from, error))?;
        let name = entry.file_name();
        if but.iter().any(|left_out| name.to_str() == Some(left_out)) {
            continue;
        }
        let (source, goal) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy_folder(&source, &goal, but)?;
        } else {
            std::fs::copy(&source, &goal).map_err(|error| why("copy", &source, error))?;
        }
    }
    Ok(())
}

/// Removes a folder and makes it anew, empty.
pub fn fresh_folder(path: &Path) -> Result<(), String> {
    if path.exists() {
        std::fs::remove_dir_all(path)
            .map_err(|error| format!("remove {}: {error}", path.display()))?;
    }
    std::fs::create_dir_all(path).map_err(|error| format!("create {}: {error}", path.display()))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::descendants;

    #[test]
    fn descendants_are_found_over_generations_and_nobody_else() {
        let listed = "    1     0 init\n   10     1 cargo xtask\n   11    10 cargo test\n   \
                      12    11 cli\n   13    10 nvim\n   20     1 cron\n";
        let found: Vec<u32> = descendants(listed, 10).into_keys().collect();
        assert_eq!(found, [11, 12, 13]);
    }

    #[test]
    fn a_list_that_goes_round_ends() {
        let found: Vec<u32> = descendants("10 11\n11 10\nnot a line\n", 10)
            .into_keys()
            .collect();
        assert_eq!(found, [10, 11]);
    }
}
