//! `unknown-version`: a ref names a version that the model does not have.

use crate::dbt::{Value, Version, closest};
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{MissingVersion, Resolution, Target};
use crate::project::{EntrySpans, Meaning, Node, PropertyEntry, Role, Section};
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownVersion,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check), Check::File(check_entries)],
};

const EXPLANATION: &str = "\
The model of a ref is there; the version that it asks for is not.

dbt compares versions as texts: `v=2` and `v='2'` are the same, `v=2.0` and `v='v2'` are others.
`v=0` asks for no version at all. A model without versions has none to ask for. dbt stops when it
parses, and says only that the model was not found.

In a property file, `latest_version` has to be one of `versions`, or dbt stops; and a version whose
file is missing does not exist, of which dbt warns (event I058). The file is called `name_v1.sql`
unless `defined_in` says otherwise; the latest version may be in `name.sql`.

Bad, for there are the versions 1, 2 and 3:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=4) }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=3) }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-versions>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::NoVersion(missing)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() {
        return None;
    }
    let (package, name, version) = site.names()?;
    if !file.linked.has_all_of(package) {
        return None;
    }
    let span = site.spans.version.unwrap_or(site.name_span());
    let first = missing.versions.first()?;
    let place = file.place_of(first);
    if missing.is_unversioned {
        let message = format!("`{name}` in `{}` has no versions", first.package());
        return Some(site.missing(span, message).related(place, "the model"));
    }
    let message = message(name, version?, missing);
    let known: Vec<&str> = missing
        .versions
        .iter()
        .filter_map(Target::version)
        .collect();
    let typed = version?.as_str();
    let bare = typed.trim_start_matches(['v', 'V']).trim_end_matches(".0");
    let meant = known.iter().copied().find(|known| *known == bare);
    let meant = meant.or_else(|| closest(typed, known.iter().copied().filter(|_| typed.len() > 2)));
    let meant = meant.or(first.latest_version());
    let replacement = meant.map(|meant| match meant.parse::<f64>() {
        Ok(_) => format!("v={meant}"),
        Err(_) => format!("v='{meant}'"),
    });
    Some(
        site.missing(span, message)
            .replace(replacement.as_deref())
            .related(place, "its versions"),
    )
}

fn message(name: &str, version: &Version, missing: &MissingVersion<'_>) -> String {
    let known: Vec<String> = missing
        .versions
        .iter()
        .filter_map(|target| {
            let version = target.version()?;
            let is_latest = target.latest_version() == Some(version);
            Some(if is_latest {
                format!("{version} (latest)")
            } else {
                version.to_owned()
            })
        })
        .collect();
    let package = missing.versions.first().map_or("", Target::package);
    format!(
        "`{name}` in `{package}` has no version `{version}`; it has {}",
        known.join(", ")
    )
}

/// The versions of a property file: the latest is one of them, and each has its file.
fn check_entries(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts.filter(|_| file.role == Role::Properties) else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for (at, (entry, spans)) in properties
        .entries
        .iter()
        .zip(&facts.spans.entries)
        .enumerate()
    {
        if entry.section != Section::Models {
            continue;
        }
        drafts.extend(wrong_latest(entry, spans));
        for (version_at, (version, span)) in entry.versions.iter().zip(&spans.versions).enumerate()
        {
            let Some(number) = &version.version else {
                continue;
            };
            let is_this = |node: &Node| {
                node.patch.as_ref().is_some_and(|patch| {
                    *patch.file == *file.path
                        && patch.entry as usize == at
                        && patch
                            .version
                            .is_some_and(|version| version as usize == version_at)
                })
            };
            let earlier = entry.versions.iter().take(version_at);
            let is_twice = earlier
                .filter_map(|v| v.version.as_ref())
                .any(|v| v == number);
            let mut nodes = file.linked.project.index.named(&entry.name);
            if is_twice || nodes.any(|(_, node)| is_this(node)) {
                continue;
            }
            let stem = version.defined_in.clone();
            let stem = stem.unwrap_or_else(|| format!("{}_v{number}", entry.name).into());
            let message = format!(
                "version {number} of `{}` has no file: dbt looks for `{stem}`",
                entry.name
            );
            drafts.push(Draft::new(*span, message).at_most(Severity::Warning));
        }
    }
    drafts
}

fn wrong_latest(entry: &PropertyEntry, spans: &EntrySpans) -> Option<Draft> {
    let value = entry.latest_version.as_ref()?;
    let is_text = matches!(value, Value::Text(_));
    let latest = Version(value.python_text()?);
    let known: Option<Vec<(&Version, bool)>> = entry
        .versions
        .iter()
        .map(|version| Some((version.version.as_ref()?, version.is_text)))
        .collect();
    let known = known?;
    let number_of = |version: &Version| version.as_str().parse::<f64>().ok();
    let is_equal = |(version, is_other_text): &(&Version, bool)| {
        let is_same_number = || number_of(version).is_some_and(|it| Some(it) == number_of(&latest));
        is_text == *is_other_text && (**version == latest || (!is_text && is_same_number()))
    };
    // What Python takes for false names none.
    let is_false = matches!(latest.as_str(), "" | "0" | "0.0" | "False");
    if known.iter().any(is_equal) || is_false {
        return None;
    }
    let span = spans.latest_version?;
    if known.is_empty() {
        let message = "the model has no `versions`, of which this could be the latest";
        return Some(Draft::new(span, message));
    }
    if known.iter().any(|(version, _)| **version == latest) {
        let message = format!(
            "a number is no text for dbt: `latest_version` and the version `{latest}` are written alike"
        );
        return Some(Draft::new(span, message));
    }
    let names: Vec<&str> = known.iter().map(|(version, _)| version.as_str()).collect();
    let message = format!(
        "the latest version is one of {}, not `{latest}`",
        names.join(", ")
    );
    let newest = crate::dbt::latest_of(known.iter().map(|(version, _)| *version));
    Some(Draft::new(span, message).replace(newest.map(Version::as_str)))
}
