//! What does another program say?

use std::process::{Command, Stdio};

/// Runs a command and gives its standard output; its standard error goes to the screen.
pub fn output(command: &mut Command) -> Result<String, String> {
    let shown = format!("{command:?}");
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("start {shown}: {error}"))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        Ok(text)
    } else {
        Err(format!("{shown} ended with {}:\n{text}", done.status))
    }
}
