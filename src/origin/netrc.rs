//! Which name and password does the user's `.netrc` have for a host? dbt-loom asks for addresses with
//! `requests`, which sends these, and before those in the address itself.
//!
//! The entry `default`, which `requests` sends to any host, is left alone: a config that came with a
//! folder chooses the host.

use std::path::PathBuf;

use etcetera::home_dir;

use super::Surroundings;
use super::context::read;

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub name: String,
    pub password: String,
}

/// The entry for this host, without its port.
pub(super) async fn login(host: &str, around: &Surroundings) -> Option<Login> {
    let named = around.variable("NETRC").map(PathBuf::from);
    let host = host.to_owned();
    let look = move || {
        let bytes = match named {
            Some(path) => read(&path).ok()?,
            None => [".netrc", "_netrc"]
                .into_iter()
                .find_map(|name| read(&home_dir().ok()?.join(name)).ok())?,
        };
        of_host(&String::from_utf8_lossy(&bytes), &host)
    };
    tokio::task::spawn_blocking(look).await.ok()?
}

/// The last entry for the host, as Python reads it; nothing of a file that it would not read.
fn of_host(text: &str, host: &str) -> Option<Login> {
    let mut words = Words(text);
    let mut found = None;
    let mut next = words.next();
    while let Some(word) = next.take() {
        let machine = match word.as_str() {
            "machine" => Some(words.next()?),
            "default" => None,
            "macdef" => {
                words.skip_macro();
                next = words.next();
                continue;
            }
            comment if comment.starts_with('#') => {
                words.skip_line();
                next = words.next();
                continue;
            }
            _ => return None,
        };
        let (mut name, mut account, mut password) = (String::new(), String::new(), String::new());
        loop {
            next = words.next();
            match next.as_deref() {
                None | Some("machine" | "default" | "macdef") => break,
                Some("login" | "user") => name = words.next()?,
                Some("account") => account = words.next()?,
                Some("password") => password = words.next()?,
                Some(comment) if comment.starts_with('#') => words.skip_line(),
                Some(_) => return None,
            }
        }
        if machine.as_deref() == Some(host) {
            let name = if name.is_empty() { account } else { name };
            found = Some(Login { name, password });
        }
    }
    found
}

/// What is left of a text, word by word.
struct Words<'a>(&'a str);

impl Words<'_> {
    fn next(&mut self) -> Option<String> {
        self.0 = self.0.trim_start();
        let is_quoted = self.0.starts_with('"');
        let mut letters = self.0.char_indices().skip(usize::from(is_quoted));
        let (mut word, mut end) = (String::new(), self.0.len());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => word.extend(letters.next().map(|(_, letter)| letter)),
                '"' if is_quoted => {
                    end = at + 1;
                    break;
                }
                letter if !is_quoted && letter.is_whitespace() => {
                    end = at;
                    break;
                }
                letter => word.push(letter),
            }
        }
        let is_over = self.0.is_empty();
        self.0 = self.0.get(end..).unwrap_or("");
        (!is_over).then_some(word)
    }

    fn skip_line(&mut self) {
        self.0 = self.0.split_once('\n').map_or("", |(_, rest)| rest);
    }

    /// A macro goes on until an empty line.
    fn skip_macro(&mut self) {
        self.0 = self.0.split_once("\n\n").map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, host: &str, expected: Option<(&str, &str)>) {
        let found = of_host(text, host);
        let found = found.as_ref();
        let found = found.map(|it| (it.name.as_str(), it.password.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn entries_are_read_as_python_reads_them() {
        let text = "# of mine\nmachine a.example login me password \"p w\"\nmacdef init\n cd /\n\n\
                    machine b.example\n  account acc # note\n  password #x\\ y\ndefault login d password p\n";
        check(text, "a.example", Some(("me", "p w")));
        check(text, "b.example", Some(("acc", "#x y")));
    }

    #[test]
    fn nobody_else_gets_anything() {
        let text = "machine a.example login me password pw\ndefault login d password p\n";
        check(text, "b.example", None);
        check(text, "", None);
        check(
            "machine a.example login me passwort pw\n",
            "a.example",
            None,
        );
        check("machine a.example login", "a.example", None);
        check("", "a.example", None);
    }
}
