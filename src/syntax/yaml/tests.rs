//! Tests of the YAML reader: a text in, its tree out.

mod tree;
