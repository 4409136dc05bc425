//! The command line: arguments only.

fn main() {}
