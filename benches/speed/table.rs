//! How is it shown?

/// A figure and what it may be at most.
pub struct Row {
    pub what: String,
    /// `None` where it never came.
    pub value: Option<f64>,
    pub budget: f64,
    /// Of both figures.
    pub unit: &'static str,
    /// How it came about.
    pub detail: String,
    /// A fast wrong answer does not count.
    pub is_right: bool,
}

impl Row {
    pub fn is_kept(&self) -> bool {
        self.is_right && self.value.is_some_and(|value| value <= self.budget)
    }
}

/// Figures beside their budgets.
pub fn print_budgets(rows: &[Row]) {
    let head = ["", "measured", "budget", "of the budget", "", "how"];
    let cells = rows.iter().map(|row| {
        let share = row.value.map(|value| value / row.budget);
        [
            row.what.clone(),
            row.value.map_or_else(
                || "never".to_owned(),
                |value| format!("{value:.2} {}", row.unit),
            ),
            format!("{:.2} {}", row.budget, row.unit),
            share.map_or_else(String::new, |share| format!("{share:.2}")),
            if row.is_kept() { "kept" } else { "MISSED" }.to_owned(),
            row.detail.clone(),
        ]
    });
    print(&head.map(str::to_owned), &cells.collect::<Vec<_>>());
}

/// A Markdown table whose columns stand below each other.
pub fn print<const N: usize>(head: &[String; N], rows: &[[String; N]]) {
    let lines = || std::iter::once(head).chain(rows);
    let mut widths = [0; N];
    for line in lines() {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let rule = widths.map(|width| "-".repeat(width));
    for (at, line) in lines().enumerate() {
        print_line(line, widths);
        if at == 0 {
            print_line(&rule, widths);
        }
    }
}

fn print_line<const N: usize>(line: &[String; N], widths: [usize; N]) {
    let cells: Vec<String> = line
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}"))
        .collect();
    println!("| {} |", cells.join(" | "));
}
