//! The command line: arguments only.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dbt_mesh_lsp::check::{
    self, Drawing, FailOn, Fetching, Format, Listing, Options, Verdict, View,
};
use dbt_mesh_lsp::ide::GraphQuestion;
use dbt_mesh_lsp::load;
use dbt_mesh_lsp::rules::{Level, RuleId};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Reading leaves holes between what is kept; this allocator fills them, or gives them back.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A language server for dbt mesh: projects that read each other's public models.
///
/// Without a command it serves an editor on stdin and stdout. It needs neither Python nor dbt nor
/// a warehouse.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    server: ServerArguments,
}

#[derive(Subcommand)]
enum Command {
    /// Serve an editor on stdin and stdout: what happens without a command too
    Server(ServerArguments),
    /// Find what is wrong in the projects below a folder
    Check(CheckArguments),
    /// Print as JSON what each model reads, as far as it is understood
    Models(ModelsArguments),
    /// Draw what is upstream and downstream of models, across projects
    Graph(GraphArguments),
    /// List the manifests that projects read, or fetch them now
    Manifests(ManifestsArguments),
    /// Explain a rule, or list all of them
    Rule {
        /// The rule's id, such as `unknown-model`
        id: Option<String>,
    },
}

#[derive(Args)]
struct ServerArguments {
    /// Accepted because editors pass it: stdin and stdout are what is used anyway
    #[arg(long)]
    stdio: bool,
    /// Write the log to this file instead of stderr
    #[arg(long, value_name = "PATH")]
    log_file: Option<PathBuf>,
    /// How much is logged
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: LogLevel,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Find what is wrong in the projects below a folder.
///
/// Every dbt_project.yml below PATH is a project; a PATH inside a project checks that part of it.
/// Rules are set in `dbt-mesh.toml` at PATH or above it, and by --rule.
///
/// Exits with 0 where nothing is as loud as --fail-on, with 1 where something is, and with 2 where
/// the check could not run.
#[derive(Args)]
struct CheckArguments {
    /// Folders to look into, or files
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How the findings are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    output_format: OutputFormat,
    /// What makes the check fail
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    fail_on: Bar,
    /// Set a rule to off, hint, information, warning or error; can be given again
    #[arg(long = "rule", value_name = "ID=SEVERITY", value_parser = rule_level)]
    rules: Vec<(RuleId, Level)>,
    /// Show hints and information in the formats text and github too; json and sarif always do
    #[arg(long)]
    show_hints: bool,
    #[command(flatten)]
    fetching: FetchingArguments,
    /// The dbt target to assume, where a project asks for it
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// dbt's variables, as dbt takes them: a YAML or JSON mapping
    #[arg(long, value_name = "YAML")]
    vars: Option<String>,
}

#[derive(Args)]
struct FetchingArguments {
    /// Fetch nothing from the network
    #[arg(long)]
    offline: bool,
    /// Ask this host for manifests, whatever a loom config puts into the address; can be given again
    #[arg(long = "allow-host", value_name = "HOST")]
    allow_hosts: Vec<String>,
    /// Wait so long for manifests that have never been fetched
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    fetch_timeout: u64,
}

impl From<FetchingArguments> for Fetching {
    fn from(arguments: FetchingArguments) -> Self {
        Self {
            is_offline: arguments.offline,
            allow_hosts: arguments.allow_hosts,
            patience: Duration::from_secs(arguments.fetch_timeout),
            ..Self::default()
        }
    }
}

/// List the manifests that the projects below a folder read, with what is kept of them.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
struct ManifestsArguments {
    #[command(subcommand)]
    command: Option<ManifestsCommand>,
    /// Folders to look into
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How the list is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    output_format: ListFormat,
}

#[derive(Subcommand)]
enum ManifestsCommand {
    /// Fetch manifests now, whatever is kept of them
    ///
    /// Exits with 0 where all came, with 1 where one did not.
    Refresh(RefreshArguments),
}

#[derive(Args)]
struct RefreshArguments {
    /// The names that loom configs give them; all, where none is given
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Folders to look into
    #[arg(long = "in", value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How the list is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    output_format: ListFormat,
    #[command(flatten)]
    fetching: FetchingArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    /// A table
    Text,
    /// One JSON object
    Json,
}

/// Print as JSON what each model reads, as far as it is understood.
///
/// The refs and sources are those that dbt meets while it parses. A model is understood where none
/// of it hangs on what only dbt can tell, such as a warehouse's answer.
#[derive(Args)]
struct ModelsArguments {
    /// Folders to look into
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The dbt target to assume, where a project asks for it
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// dbt's variables, as dbt takes them: a YAML or JSON mapping
    #[arg(long, value_name = "YAML")]
    vars: Option<String>,
}

/// Draw what is upstream and downstream of models, across projects.
///
/// Projects are boxes; public models, contracts, and refs that dbt refuses are marked. Without a MODEL it is the whole
/// mesh, or what crosses from one project into another where that is too much.
#[derive(Args)]
struct GraphArguments {
    /// Models by name, `project.name`, `name.v2` or id
    #[arg(value_name = "MODEL")]
    models: Vec<String>,
    /// The form of the picture
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "html")]
    format: PictureFormat,
    /// Folders to look into
    #[arg(long = "in", value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// What a click on a model opens: `vscode://file{path}:{line}` for VS Code
    #[arg(long, value_name = "LINK", default_value = "file://{path}")]
    open_with: String,
    /// At most so many models, the nearest first
    #[arg(long, value_name = "COUNT", default_value = "250")]
    limit: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum PictureFormat {
    /// A page that needs nothing but itself
    Html,
    /// A flowchart for Markdown pages
    Mermaid,
    /// A graph for Graphviz
    Dot,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum OutputFormat {
    /// Source lines with carets, and a line that sums up
    Text,
    /// One JSON object
    Json,
    /// Annotations of a GitHub pull request
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Clone, Copy, ValueEnum)]
enum Bar {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Nothing
    Never,
}

/// The check, or the server, could not run.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => serve(&cli.server),
        Some(Command::Server(arguments)) => serve(&arguments),
        Some(Command::Check(arguments)) => check(arguments),
        Some(Command::Models(arguments)) => models(arguments),
        Some(Command::Graph(arguments)) => graph(arguments),
        Some(Command::Manifests(arguments)) => manifests(arguments),
        Some(Command::Rule { id }) => rule(id.as_deref()),
    }
}

fn serve(arguments: &ServerArguments) -> ExitCode {
    if let Err(reason) = log_to(arguments.log_file.as_deref(), arguments.log_level) {
        return could_not_run(&reason);
    }
    match dbt_mesh_lsp::server::run(dbt_mesh_lsp::server::Options::default()) {
        Ok(code) => code,
        Err(error) => could_not_run(&format!("start the server: {error}")),
    }
}

fn check(arguments: CheckArguments) -> ExitCode {
    if let Err(reason) = log_to(None, LogLevel::Warn) {
        return could_not_run(&reason);
    }
    let options = Options {
        view: View {
            shows_hints: arguments.show_hints,
            is_coloured: shows_colours(),
            is_watched: io::stderr().is_terminal(),
        },
        paths: arguments.paths,
        format: arguments.output_format.into(),
        fail_on: arguments.fail_on.into(),
        rules: arguments.rules,
        fetching: arguments.fetching.into(),
        target: arguments.target,
        vars: arguments.vars,
    };
    match check::check(&options, jiff::Timestamp::now(), &mut io::stdout().lock()) {
        Ok(Verdict::Passed) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        Err(reason) => could_not_run(&reason),
    }
}

fn models(arguments: ModelsArguments) -> ExitCode {
    if let Err(reason) = log_to(None, LogLevel::Warn) {
        return could_not_run(&reason);
    }
    let options = quiet(arguments.paths, arguments.target, arguments.vars);
    match check::models(&options, jiff::Timestamp::now(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => could_not_run(&reason),
    }
}

/// Options under which everything is read and nothing is judged.
fn quiet(paths: Vec<PathBuf>, target: Option<String>, vars: Option<String>) -> Options {
    Options {
        view: View {
            shows_hints: false,
            is_coloured: false,
            is_watched: io::stderr().is_terminal(),
        },
        paths,
        format: Format::Json,
        fail_on: FailOn::Never,
        rules: Vec::new(),
        fetching: Fetching {
            is_offline: true,
            ..Fetching::default()
        },
        target,
        vars,
    }
}

fn graph(arguments: GraphArguments) -> ExitCode {
    if let Err(reason) = log_to(None, LogLevel::Warn) {
        return could_not_run(&reason);
    }
    let options = quiet(arguments.paths, None, None);
    let question = GraphQuestion {
        models: arguments.models,
        limit: arguments.limit,
    };
    let drawing = match arguments.format {
        PictureFormat::Html => Drawing::Html(&arguments.open_with),
        PictureFormat::Mermaid => Drawing::Mermaid,
        PictureFormat::Dot => Drawing::Dot,
        PictureFormat::Json => Drawing::Json,
    };
    let now = jiff::Timestamp::now();
    match check::graph(&options, &question, drawing, now, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => could_not_run(&reason),
    }
}

fn manifests(arguments: ManifestsArguments) -> ExitCode {
    if let Err(reason) = log_to(None, LogLevel::Warn) {
        return could_not_run(&reason);
    }
    let (paths, format, fetching) = match arguments.command {
        None => (arguments.paths, arguments.output_format, None),
        Some(ManifestsCommand::Refresh(refresh)) => {
            let fetching = Fetching {
                only: refresh.names,
                is_forced: true,
                ..Fetching::from(refresh.fetching)
            };
            (refresh.paths, refresh.output_format, Some(fetching))
        }
    };
    let mut options = quiet(paths, None, None);
    let listing = match format {
        ListFormat::Text => Listing::Text,
        ListFormat::Json => Listing::Json,
    };
    options.fetching = fetching.unwrap_or(options.fetching);
    let now = jiff::Timestamp::now();
    match check::manifests(&options, listing, now, &mut io::stdout().lock()) {
        Ok(Verdict::Passed) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        Err(reason) => could_not_run(&reason),
    }
}

fn rule(id: Option<&str>) -> ExitCode {
    let text = match id {
        None => check::rule_list(),
        Some(id) => match check::rule_text(id) {
            Ok(text) => text,
            Err(reason) => return could_not_run(&reason),
        },
    };
    // A reader that has seen enough is no error.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn could_not_run(reason: &str) -> ExitCode {
    let _ = writeln!(io::stderr().lock(), "error: {reason}");
    ExitCode::from(COULD_NOT_RUN)
}

/// stdout belongs to the protocol and the findings. Only what we say ourselves is logged: what the
/// crates below hear from servers may hold secrets.
fn log_to(file: Option<&std::path::Path>, level: LogLevel) -> Result<(), String> {
    let level = LevelFilter::from(level);
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let format = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false);
    let Some(path) = file else {
        format
            .without_time()
            .with_target(false)
            .with_writer(io::stderr)
            .finish()
            .with(ours)
            .init();
        return Ok(());
    };
    let file = std::fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| format!("open {}: {error}", path.display()))?;
    format
        .with_writer(std::sync::Mutex::new(file))
        .finish()
        .with(ours)
        .init();
    Ok(())
}

fn shows_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

fn rule_level(text: &str) -> Result<(RuleId, Level), String> {
    let (id, level) = text.split_once('=').ok_or("it would be ID=SEVERITY")?;
    load::rule_level(id.trim(), level.trim())
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Text => Self::Text,
            OutputFormat::Json => Self::Json,
            OutputFormat::Github => Self::Github,
            OutputFormat::Sarif => Self::Sarif,
        }
    }
}

impl From<Bar> for FailOn {
    fn from(bar: Bar) -> Self {
        match bar {
            Bar::Error => Self::Error,
            Bar::Warning => Self::Warning,
            Bar::Never => Self::Never,
        }
    }
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}
