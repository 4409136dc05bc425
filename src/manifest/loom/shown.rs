//! What of a loom config can be shown? What an address holds before `@` and behind `?` may be a secret,
//! and so may the value of a key that speaks of one.

use super::variables::variables;

/// A text whose addresses show their hosts and paths alone: `https://***@host/path?***`.
#[must_use]
pub fn shown_addresses(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        shown.push_str(before);
        let is_end = |letter: char| letter.is_whitespace() || "\"'`<>()".contains(letter);
        let end = address.find(is_end).unwrap_or(address.len());
        let (address, behind) = address.split_at(end);
        let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let (authority, path) = address.split_at(host_end);
        match authority.rsplit_once('@') {
            Some((_, host)) => {
                shown.push_str("***@");
                shown.push_str(host);
            }
            None => shown.push_str(authority),
        }
        match path.split_once(['?', '#']) {
            Some((path, _)) => {
                shown.push_str(path);
                shown.push_str("?***");
            }
            None => shown.push_str(path),
        }
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

/// Whether a variable or a key of this name holds a secret.
#[must_use]
pub fn speaks_of_secrets(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let words = [
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "CREDENTIAL",
        "CONNECTION_STRING",
        "SAS",
    ];
    words.iter().any(|word| name.contains(word))
}

/// The text of a loom config with stars for what may be secrets that somebody has written into it:
/// values of keys that speak of secrets, and what addresses hold before `@` and behind `?`. Names of
/// variables stay. Each byte has its star, so that places are the same. Comments and broken lines
/// are read too.
#[must_use]
pub fn starred(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // Where the key stands whose value may go on in the lines below it.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        open = open.filter(|key| indent > *key || line.trim().is_empty());
        if open.is_some() {
            star(line, &mut shown);
        } else if let Some((key, value)) = secret_in(line) {
            open = Some(key);
            shown.push_str(line.get(..value).unwrap_or(""));
            star(line.get(value..).unwrap_or(""), &mut shown);
        } else {
            star_addresses(line, &mut shown);
        }
    }
    shown
}

/// The first key of a line that speaks of secrets: where it begins, and where its value does.
fn secret_in(line: &str) -> Option<(usize, usize)> {
    line.match_indices([':', '=']).find_map(|(at, _)| {
        let before = line.get(..at)?.trim_end_matches(['"', '\'', ' ']);
        let is_of_name = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
        let key = before.trim_end_matches(is_of_name).len();
        speaks_of_secrets(before.get(key..)?).then_some((key, at + 1))
    })
}

fn star_addresses(line: &str, shown: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        shown.push_str(before);
        let is_end = |letter: char| letter.is_whitespace() || "\"'<>".contains(letter);
        let (address, behind) = address.split_at(address.find(is_end).unwrap_or(address.len()));
        let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let host = address.get(..host_end).and_then(|it| it.rfind('@'));
        let (who, place) = address.split_at(host.unwrap_or(0));
        star(who, shown);
        let (place, query) = place.split_at(place.find(['?', '#']).unwrap_or(place.len()));
        shown.push_str(place);
        star(query, shown);
        rest = behind;
    }
    shown.push_str(rest);
}

/// A star for each byte, but for blanks and variables.
fn star(text: &str, shown: &mut String) {
    let mut hidden = 0;
    for (variable, _) in variables(text) {
        hide(
            text.get(hidden..variable.start as usize).unwrap_or(""),
            shown,
        );
        shown.push_str(variable.of(text));
        hidden = variable.end as usize;
    }
    hide(text.get(hidden..).unwrap_or(""), shown);
}

fn hide(text: &str, shown: &mut String) {
    for letter in text.chars() {
        if letter.is_whitespace() {
            shown.push(letter);
        } else {
            shown.extend(std::iter::repeat_n('*', letter.len_utf8()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_config_become_stars_in_their_places() {
        let check = |written: &str, expected: &str| {
            let shown = starred(written);
            assert_eq!(shown, expected);
            assert_eq!(shown.len(), written.len());
        };
        check(
            "config: {api_key: \"ab\", api_secret: ü}\n",
            "config: {api_key: ***** *********** ***\n",
        );
        check(
            "  api_key: $A-b # c\n  name: d\n",
            "  api_key: $A** * *\n  name: d\n",
        );
        check(
            "- token: >-\n    ab\n\n    c\n  name: d",
            "- token: **\n    **\n\n    *\n  name: d",
        );
        check("# 'password' : ab", "# 'password' : **");
        check("AccountKey=ab;x", "AccountKey=****");
        check(
            "path: https://me:pass@host:8/a?sig=${B}y # b",
            "path: https://*******@host:8/a*****${B}* # b",
        );
        check("path: a?b\nname: keys\n", "path: a?b\nname: keys\n");
    }

    #[test]
    fn addresses_keep_their_host_and_path_alone() {
        let shown = shown_addresses;
        assert_eq!(
            shown("get `https://me:pass@host:8/a?sig=x&y` (https://b/c#d): no"),
            "get `https://***@host:8/a?***` (https://b/c?***): no"
        );
        assert_eq!(shown("no address"), "no address");
    }
}
