use super::*;

#[test]
fn every_key_stands_once_and_has_a_line_of_its_own() {
    let mut seen = Vec::new();
    let mut mappings = vec![
        &PROPERTIES,
        &PROJECT,
        &PACKAGES,
        &DEPENDENCIES,
        &PROFILES,
        &DATA_TEST,
    ];
    mappings.extend(CONNECTIONS.iter().map(|known| known.keys));
    while let Some(mapping) = mappings.pop() {
        if seen.contains(&mapping.name) {
            continue;
        }
        seen.push(mapping.name);
        for (at, key) in mapping.keys.iter().enumerate() {
            let is_twice = mapping.keys[..at]
                .iter()
                .any(|other| other.name == key.name);
            assert!(!is_twice, "{} has `{}` twice", mapping.name, key.name);
            assert!(key.doc.ends_with(['.', '`']), "{}: {}", key.name, key.doc);
            below(key.holds, &mut mappings);
        }
        if let Others::Names(holds) = mapping.others {
            below(holds, &mut mappings);
        }
    }
    assert!(seen.len() > 50, "{}", seen.len());
}

fn below(holds: Holds, mappings: &mut Vec<&'static Mapping>) {
    match holds {
        Holds::Mapping(mapping) | Holds::Config(mapping) | Holds::Tree(mapping) => {
            mappings.push(mapping);
        }
        Holds::List(items) => below(*items, mappings),
        Holds::Either(kinds) => kinds.iter().for_each(|kind| below(*kind, mappings)),
        Holds::Anything
        | Holds::Text
        | Holds::Name
        | Holds::Integer
        | Holds::Number
        | Holds::Bool
        | Holds::Moment
        | Holds::Scalar
        | Holds::Word(_)
        | Holds::Usually(_)
        | Holds::Names
        | Holds::DataTests => {}
    }
}

#[test]
fn a_value_is_taken_where_its_kind_fits() {
    let age = |period: &str| {
        let period = Value::Text(period.into());
        let age = Value::Map(vec![("period".into(), period)]);
        Value::Map(vec![("warn_after".into(), age)])
    };
    let key = section("sources").and_then(|source| source.key("freshness"));
    let freshness = key.map(|key| key.holds).unwrap();
    assert!(freshness.takes(&age("day")));
    assert!(!freshness.takes(&age("week")));
    assert!(freshness.takes(&Value::Unknown));
    assert!(!Holds::Text.takes(&Value::Int(5)));
    assert!(Holds::Number.takes(&Value::Int(5)));
}
