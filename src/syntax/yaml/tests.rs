//! Tests of the YAML reader: a text in, its tree out.

mod cursor_path;
mod half_typed;
mod oracle;
mod samples;
mod survival;
mod tree;
mod values;
