//! The keys of a connection to DuckDB.

use super::super::Holds::{Anything, Bool, Names, Text};
use super::super::{Mapping, Others, TEXT_LIST, key, nullable};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to DuckDB",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        key("database", Text, "The database that dbt builds in.");
        key("schema", Text, "The schema that dbt builds in.");
        key("path", Text, "The path of the database file; `:memory:` for none.");
        nullable("config_options", Names, "Settings for opening the database.");
        nullable("extensions", Anything, "The extensions that are loaded.");
        nullable("settings", Names, "Settings of the session.");
        nullable("secrets", Anything, "The secrets that are made for the session.");
        key("external_root", Text, "Where external models write their files.");
        nullable("use_credential_provider", Text, "Where credentials of AWS come from.");
        nullable("attach", Anything, "Databases that are attached.");
        nullable("filesystems", Anything, "File systems that are read with fsspec.");
        nullable("remote", Names, "A server of DuckDB's that is connected to.");
        nullable("plugins", Anything, "Python modules that read and write for models.");
        key("disable_transactions", Bool, "Whether nothing is done in transactions.");
        key("keep_open", Bool, "Whether the file stays open between commands.");
        nullable("module_paths", TEXT_LIST, "Folders in which Python modules are found.");
        nullable("retries", Names, "How often opening and queries are tried again.");
        nullable("flights", Names, "What MotherDuck's flights run with.");
        nullable("is_ducklake", Bool, "Whether the database is a DuckLake.");
        nullable("motherduck_token", Text, "The token for MotherDuck.");
    ],
};
