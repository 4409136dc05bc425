//! The keys of a connection to Teradata.

use super::super::Holds::{Bool, Integer, Text};
use super::super::{Mapping, Others, key, nullable};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Teradata",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        nullable("database", Text, "The database that dbt builds in.");
        nullable("schema", Text, "The schema that dbt builds in.");
        nullable("query_band", Text, "The query band of the session.");
        nullable("server", Text, "The host to connect to.");
        nullable("host", Text, "Another name of `server`.");
        nullable("username", Text, "Who signs in.");
        nullable("UID", Text, "Another name of `username`.");
        nullable("user", Text, "Another name of `username`.");
        nullable("password", Text, "The password; best read from a variable of the environment.");
        nullable("PWD", Text, "Another name of `password`.");
        nullable("port", Text, "The port to connect to.");
        nullable("tmode", Text, "The mode of transactions: `ANSI` or `TERA`.");
        nullable("logmech", Text, "How dbt signs in; `TD2` and `LDAP` are two of the ways.");
        nullable("charset", Text, "The character set of the session.");
        nullable("account", Text, "The account that the session is counted to.");
        nullable("column_name", Text, "Whether names or titles of columns are given.");
        nullable("cop", Text, "Whether other hosts of the name are looked for.");
        nullable("coplast", Text, "The last of such hosts.");
        nullable("encryptdata", Text, "Whether what is sent is encrypted.");
        nullable("fake_result_sets", Text, "Whether results begin with what describes them.");
        nullable("field_quote", Text, "The quotes of fields in files.");
        nullable("field_sep", Text, "What stands between fields in files.");
        nullable("lob_support", Text, "Whether large objects can be read.");
        nullable("log", Text, "How much the driver writes into its log.");
        nullable("logdata", Text, "What the way of signing in needs besides.");
        nullable("max_message_body", Text, "How large a message may be.");
        nullable("partition", Text, "The database's partition.");
        nullable("sip_support", Text, "Whether statements say what they give.");
        nullable("teradata_values", Text, "Whether values keep Teradata's types.");
        key("retries", Integer, "How often connecting is tried again.");
        key("retry_timeout", Integer, "How many seconds lie between two attempts.");
        nullable("sslmode", Text, "How strictly the connection is encrypted.");
        nullable("sslca", Text, "The path of the authorities' certificates.");
        nullable("sslcapath", Text, "A folder of authorities' certificates.");
        nullable("sslcrc", Text, "Whether revoked certificates are looked for.");
        nullable("sslcipher", Text, "The cipher.");
        nullable("sslprotocol", Text, "The version of TLS.");
        nullable("browser", Text, "The command that opens the browser.");
        nullable("browser_tab_timeout", Integer, "For how many seconds the browser's tab stays.");
        nullable("browser_timeout", Integer, "For how many seconds the browser is waited for.");
        nullable("sp_spl", Bool, "Whether the source of procedures is kept.");
        nullable("sessions", Integer, "How many sessions data is moved with.");
        nullable("runstartup", Bool, "Whether the user's startup request runs.");
        nullable("logon_timeout", Integer, "For how many seconds signing in is waited for.");
        nullable("https_port", Integer, "The port for TLS.");
        nullable("connect_timeout", Integer, "After how many seconds connecting is given up.");
        nullable("request_timeout", Integer, "For how many seconds an answer is waited for.");
        nullable("http_proxy", Text, "The proxy for HTTP.");
        nullable("http_proxy_user", Text, "Who signs in there.");
        nullable("http_proxy_password", Text, "The password there.");
        nullable("https_proxy", Text, "The proxy for HTTPS.");
        nullable("https_proxy_user", Text, "Who signs in there.");
        nullable("https_proxy_password", Text, "The password there.");
        nullable("sslcrl", Bool, "Whether lists of revoked certificates are read.");
        nullable("sslocsp", Bool, "Whether OCSP is asked.");
        nullable("proxy_bypass_hosts", Text, "Hosts that are asked without a proxy.");
        nullable("oidc_sslmode", Text, "How strictly the identity provider's certificate is checked.");
    ],
};
