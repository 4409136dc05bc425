//! Which environment variables are set?

use std::collections::BTreeMap;

/// The variables of this process. Those that are not valid Unicode are read with replacement
/// characters.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        })
        .collect()
}
