//! What does the text of one file say? Total parsers: every text, half-typed or broken, gives a
//! tree and a list of errors. Nothing here knows a path or a project.

pub mod jinja;
pub mod python;
pub mod sql;
pub mod yaml;
