//! What is to be measured?

use std::path::PathBuf;

/// What stands after `cargo bench --`.
pub struct Arguments {
    /// `--large`: the mesh of 50,000 models too.
    pub is_large: bool,
    /// `--strict`: a missed budget is a failure.
    pub is_strict: bool,
    /// `--server PATH`: another built program than this checkout's.
    pub server: PathBuf,
}

impl Arguments {
    /// `None` where it is not cargo's bench that runs this, such as `cargo test --all-targets`.
    pub fn read(mut given: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut arguments = Self {
            is_large: false,
            is_strict: false,
            server: PathBuf::from(env!("CARGO_BIN_EXE_dbt-mesh-lsp")),
        };
        let mut is_bench = false;
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--bench" => is_bench = true,
                "--large" => arguments.is_large = true,
                "--strict" => arguments.is_strict = true,
                "--server" => {
                    let path = given.next().ok_or("--server would be followed by a path")?;
                    arguments.server = std::path::absolute(&path)
                        .map_err(|error| format!("find {path}: {error}"))?;
                }
                other => {
                    return Err(format!(
                        "no argument `{other}`; there are --large, --strict and --server PATH"
                    ));
                }
            }
        }
        Ok(is_bench.then_some(arguments))
    }
}
