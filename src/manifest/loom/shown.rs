//! What of an address can be shown? What stands before `@` and behind `?` may be a secret.

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

#[cfg(test)]
mod tests {
    use super::*;

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
