//! How fast is it, compared with what this machine does with the same bytes at this moment?
//!
//! `cargo bench` makes meshes, measures the built program over them as an editor and a terminal
//! would, and prints what it took beside its budgets; then it times the parts from within.
//! docs/performance.md says what the figures mean.

mod arguments;
mod editor;
mod floor;
mod inside;
mod meshes;
mod process;
mod stopwatch;
mod table;
mod whole_check;

use std::process::ExitCode;

use arguments::Arguments;
use meshes::Mesh;
use table::Row;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("measures only under `cargo bench`");
            return ExitCode::SUCCESS;
        }
        Err(why) => return could_not_run(&why),
    };
    match measure(&arguments) {
        Ok(missed) if missed > 0 && arguments.is_strict => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(why) => could_not_run(&why),
    }
}

fn could_not_run(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(2)
}

/// Measures all that was asked for and says how many budgets were missed.
fn measure(arguments: &Arguments) -> Result<usize, String> {
    let mut verdicts = Vec::new();
    let mut missed = 0;
    for plan in meshes::plans(arguments.is_large) {
        let mesh = plan.make()?;
        let rows = over_mesh(arguments, &mesh)?;
        table::print_budgets(&rows);
        let over: Vec<&str> = rows
            .iter()
            .filter(|row| !row.is_kept())
            .map(|row| row.what.as_str())
            .collect();
        missed += over.len();
        verdicts.push(match over.as_slice() {
            [] => format!("{}: all {} budgets kept", mesh.title, rows.len()),
            over => format!(
                "{}: {} of {} budgets missed: {}",
                mesh.title,
                over.len(),
                rows.len(),
                over.join("; ")
            ),
        });
        if mesh.is_first {
            inside::measure(&mesh)?;
        }
    }
    println!();
    for verdict in verdicts {
        println!("{verdict}");
    }
    Ok(missed)
}

fn over_mesh(arguments: &Arguments, mesh: &Mesh) -> Result<Vec<Row>, String> {
    println!("\n{} (project {})", mesh.title, mesh.project);
    let before = floor::floor(mesh)?;
    let check = whole_check::best_of_three(&arguments.server, mesh)?;
    let in_project = editor::measure(&arguments.server, mesh, "project")?;
    let in_mesh = editor::measure(&arguments.server, mesh, "mesh")?;
    let after = floor::floor(mesh)?;
    // The faster one is the stricter yardstick; how far they are apart says how busy it was.
    let floor = before.faster(after);
    println!(
        "floor: {:.3} s for {:.1} MB; measured twice, {:.2} and {:.2} s",
        floor.seconds,
        floor.bytes / 1e6,
        before.seconds,
        after.seconds
    );
    let mut rows = vec![check.row(floor)];
    rows.extend(in_project.rows(mesh, floor));
    rows.extend(in_mesh.rows(mesh, floor));
    Ok(rows)
}
