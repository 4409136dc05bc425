//! A world after many changes is the world read anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Change, FileOnDisk, ProjectFiles, World};
use crate::fixture::Fixture;
use crate::ide::{self, Finding};
use crate::project::{DbtIgnore, FileFacts, Project};

const MESH: &str = "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('lines') }}
//- models/lines.sql group:team access:private
select * from {{ ref('stg_lines', v=2) }}
//- models/made.sql
{{ config(enabled=var('on', true)) }} select * from {{ pick('orders') }} {% if var('on') %}{{ ref('lines') }}{% endif %}
//- macros/pick.sql
{% macro pick(name) %}{{ return(ref(name)) }}{% endmacro %}
//- models/stg_lines_v1.sql
select 1
//- models/stg_lines_v2.sql
select 1
//- models/_models.yml
models:
  - name: stg_lines
    versions: [{v: 1}, {v: 2}]
  - name: orders
    columns:
      - {name: id, data_tests: [{relationships: {to: ref('lines'), field: id}}]}
exposures:
  - {name: board, depends_on: [ref('orders')]}
//- dbt_project.yml
name: shop
models: {shop: {+access: protected}}
vars: {on: true}
//- manifest core
//- models/products.sql access:public
select 1
";

/// Numbers that look random and are the same every time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn edited(text: &str, numbers: &mut Numbers) -> String {
    let boundaries: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let a = boundaries[numbers.below(boundaries.len())];
    let b = boundaries[numbers.below(boundaries.len())];
    let (start, end) = (a.min(b), a.max(b).min(a.min(b) + 12).max(a.min(b)));
    let end = (start..=end)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap();
    let pieces = [
        "",
        " ",
        "\n",
        "'",
        "{{ ref('orders') }}",
        "}}",
        "v=1",
        "  - name: x",
        "lines",
        "#",
        "🧸",
    ];
    let piece = pieces[numbers.below(pieces.len())];
    format!("{}{piece}{}", &text[..start], &text[end..])
}

fn findings(world: &Arc<World>, paths: &[PathBuf]) -> Vec<(PathBuf, Vec<Finding>)> {
    paths
        .iter()
        .map(|path| (path.clone(), ide::diagnostics(world, path)))
        .collect()
}

#[test]
fn many_edits_one_by_one_give_what_reading_the_files_anew_gives() {
    let fixture = Fixture::new(MESH);
    let root = fixture.world.project_roots()[0].clone();
    let mut numbers = Numbers(0x5EED);
    let mut texts = fixture.texts.clone();
    texts.retain(|path, _| path.starts_with(&root));
    let paths: Vec<PathBuf> = texts.keys().cloned().collect();
    let mut world = (*fixture.world).clone();
    for step in 0..400 {
        let path = &paths[numbers.below(paths.len())];
        let original = fixture.text(path);
        let text = if numbers.below(3) == 0 {
            original.to_owned()
        } else {
            edited(&texts[path], &mut numbers)
        };
        texts.insert(path.clone(), text.clone());
        world = world.apply(Change::FilesOnDisk(vec![(path.clone(), Some(text.into()))]));
        if step % 8 != 0 {
            continue;
        }
        let files = texts
            .iter()
            .map(|(path, text)| file(&root, path, text))
            .collect();
        let read = ProjectFiles {
            root: root.clone(),
            files,
            profiles: None,
            ignored: Arc::default(),
            packages: Vec::new(),
        };
        let anew = world.apply(Change::Project(read.into_project()));
        let (world, anew) = (Arc::new(rendered(&world)), Arc::new(rendered(&anew)));
        assert_eq!(
            findings(&world, &paths),
            findings(&anew, &paths),
            "after step {step}: {texts:#?}"
        );
    }
}

#[test]
fn a_file_that_is_left_out_is_no_part_of_its_project_whoever_tells_of_it() {
    let fixture = Fixture::new(MESH);
    let root = fixture.world.project_roots()[0].clone();
    let mut project = Project::clone(&fixture.world.mesh().at(&root).unwrap().project);
    project.ignored = Arc::new(DbtIgnore::read("models/old/\n").0);
    let project = || Change::Project(Box::new(project.clone()));
    let names = ["models/old/orders.sql", "models/.orders.sql", "orders.txt"];
    let text: Arc<str> = "select 1".into();
    let mut on_disk = fixture.world.apply(project());
    let mut opened = on_disk.clone();
    for path in names.map(|name| root.join(name)) {
        on_disk = on_disk.apply(Change::FilesOnDisk(vec![(
            path.clone(),
            Some(Arc::clone(&text)),
        )]));
        opened = opened.apply(Change::FileInEditor {
            path,
            text: Arc::clone(&text),
            version: 1,
        });
    }
    let read_anew = opened.apply(project());
    for world in [on_disk, opened, read_anew] {
        let project = &world.mesh().at(&root).unwrap().project;
        assert!(names.iter().all(|name| project.file(name).is_none()));
    }
}

const COLUMNS: &str = "
//- project core
//- profiles.yml
core: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/prices.sql access:public
select id, cents, 1 as euros from {{ ref('raw_prices') }}
//- models/raw_prices.sql
select 1 as id, 2 as cents
//- models/totals.sql access:public
select id, sum(cents) as total from {{ ref('prices') }} group by id
//- project shop needs:core
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql
with p as (select * from {{ ref('core', 'prices') }}), t as (select * from {{ ref('core', 'totals') }})
select p.id, p.cents, t.total from p join t on p.id = t.id
//- models/lines.sql
select id, {{ doubled('cents') }} as twice from {{ ref('orders') }}
//- models/report.sql
select * from {{ ref('lines') }} union all select id, cents from {{ ref('orders') }}
//- models/made.sql
select {{ of_lines('twice') }} as most, {{ all_of('report') }}
//- models/last.sql
select most, id, twice from {{ ref('made') }}
//- models/alone.sql
select cents, name from {{ ref('names') }}
//- models/_models.yml
models: [{name: report, columns: [{name: id, data_tests: [not_null]}, {name: twice, data_tests: [not_null]}]}]
//- seeds/names.csv
cents,name
//- macros/m.sql
{% macro doubled(name) %}2 * {{ name }}{% endmacro %}
{% macro of_lines(name) %}(select max({{ name }}) from {{ ref('lines') }}){% endmacro %}
{% macro all_of(name) %}x.id, x.twice from {{ ref(name) }} as x{% endmacro %}
";

/// Another name in the place of one, or another relation in the place of one.
fn renamed(text: &str, numbers: &mut Numbers) -> String {
    const NAMES: [&str; 9] = [
        "id", "cents", "euros", "total", "twice", "orders", "lines", "prices", "name",
    ];
    let (old, new) = (NAMES[numbers.below(9)], NAMES[numbers.below(9)]);
    let places: Vec<usize> = text.match_indices(old).map(|(at, _)| at).collect();
    let Some(at) = places.get(numbers.below(places.len())) else {
        return format!("{text} ");
    };
    format!("{}{new}{}", &text[..*at], &text[at + old.len()..])
}

#[test]
fn what_is_kept_of_columns_is_what_is_found_anew() {
    let fixture = Fixture::new(COLUMNS);
    let paths: Vec<PathBuf> = fixture.texts.keys().cloned().collect();
    let mut texts = fixture.texts.clone();
    let mut numbers = Numbers(0x0C01);
    let mut world = Arc::new(rendered(&fixture.world));
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..500 {
        let path = &paths[numbers.below(paths.len())];
        let text = match numbers.below(3) {
            0 => fixture.texts[path].clone(),
            _ => renamed(&texts[path], &mut numbers),
        };
        texts.insert(path.clone(), text.clone());
        let changed = world.apply(Change::FileInEditor {
            path: path.clone(),
            text: text.into(),
            version: step,
        });
        world = Arc::new(rendered(&changed));
        let found = findings(&world, &paths);
        let nothing_known = Arc::new(world.apply(Change::Rest));
        assert_eq!(
            found,
            findings(&nothing_known, &paths),
            "after step {step}, in {}: {texts:#?}",
            path.display()
        );
        seen.extend(found.iter().map(|(_, findings)| findings.len()));
    }
    assert!(seen.len() > 3, "too little is wrong to tell: {seen:?}");
}

#[test]
fn a_file_opened_and_closed_as_it_stands_on_disk_changes_nothing() {
    let fixture = Fixture::new(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- seeds/prices.csv
id,cents
1,2
//- models/sums.py
def model(dbt, session):
    return dbt.ref('orders')
//- models/s.yml
models: [{name: orders, description: all}]
",
    );
    let linked = |world: &World| Arc::clone(&world.mesh().projects[0]);
    let mut world = World::clone(&rendered(&fixture.world));
    let before = linked(&world);
    let path = || PathBuf::from("/mesh/shop/models/orders.sql");
    let text: Arc<str> = fixture.texts[&path()].as_str().into();
    let edited = |text: &str| Change::FileInEditor {
        path: path(),
        text: text.into(),
        version: 1,
    };
    let closed = || Change::FileClosed {
        path: path(),
        on_disk: Some(Arc::clone(&text)),
    };
    for change in [edited(&text), closed()] {
        world = world.apply(change);
        assert!(Arc::ptr_eq(&linked(&world), &before));
    }
    // One letter more or less, and be it a blank, is another text.
    for other in [
        format!(" {text}"),
        text.trim_end().to_owned(),
        text.replace('1', "2"),
    ] {
        let typed = world.apply(edited(&other));
        assert!(!Arc::ptr_eq(&linked(&typed), &before), "{other:?}");
        let again = typed.apply(closed());
        assert!(!Arc::ptr_eq(&linked(&again), &linked(&typed)), "{other:?}");
    }
    // The text of others is not kept; of a seed nobody sees more than the first line.
    for (file, text, is_same) in [
        ("seeds/prices.csv", "id,cents\n1,3\n", true),
        ("seeds/prices.csv", "id,cent\n1,2\n", false),
        ("models/sums.py", SUMS, true),
        ("models/sums.py", &SUMS.replace("orders", "lines"), false),
        ("models/s.yml", YAML, true),
        ("models/s.yml", &YAML.replace("all", "any"), false),
    ] {
        let other = world.apply(Change::FileInEditor {
            path: Path::new("/mesh/shop").join(file),
            text: text.into(),
            version: 1,
        });
        assert_eq!(Arc::ptr_eq(&linked(&other), &before), is_same, "{text}");
    }
    let nowhere = world.apply(Change::FilesOnDisk(vec![(
        "/mesh/shop/models/nowhere.sql".into(),
        None,
    )]));
    assert!(Arc::ptr_eq(&linked(&nowhere), &before));
}

const SUMS: &str = "def model(dbt, session):\n    return dbt.ref('orders')\n";
const YAML: &str = "models: [{name: orders, description: all}]\n";

#[test]
fn typing_leaves_the_columns_of_other_models_as_they_are() {
    let fixture = Fixture::new(COLUMNS);
    let world = Arc::new(rendered(&fixture.world));
    let paths: Vec<PathBuf> = fixture.texts.keys().cloned().collect();
    findings(&world, &paths);
    let path = Path::new("/mesh/shop/models/lines.sql");
    let typed = Arc::new(world.apply(Change::FileInEditor {
        path: path.to_path_buf(),
        text: "select id, 1 as twice from {{ ref('orders') }}".into(),
        version: 1,
    }));
    let is_kept = |project: &str, file: &str| {
        let [before, behind] = [&world, &typed].map(|world| {
            let linked = world.mesh().at(Path::new(project)).unwrap();
            linked.columns_of_file(world.mesh(), file).unwrap()
        });
        Arc::ptr_eq(&before, &behind)
    };
    assert!(is_kept("/mesh/core", "models/totals.sql"));
    assert!(is_kept("/mesh/shop", "models/orders.sql"));
    assert!(is_kept("/mesh/shop", "models/alone.sql"));
    assert!(!is_kept("/mesh/shop", "models/lines.sql"));
    assert!(!is_kept("/mesh/shop", "models/last.sql"));
}

/// The world when everything is rendered.
fn rendered(world: &World) -> World {
    world
        .renders(None)
        .into_iter()
        .fold(world.clone(), |world, change| world.apply(change))
}

#[test]
fn typing_in_a_rendered_file_keeps_its_configuration() {
    let fixture = Fixture::new(MESH);
    let path = Path::new("/mesh/shop/models/made.sql").to_path_buf();
    let text: Arc<str> = format!("{}-- more", fixture.text(&path)).into();
    let typed = fixture.world.apply(Change::FileInEditor {
        path: path.clone(),
        text,
        version: 1,
    });
    assert_eq!(fixture.world.links(), typed.links());
    let again = rendered(&typed);
    assert_eq!(typed.links(), again.links());
    assert!(
        again.renders(None).is_empty(),
        "there is nothing left to render"
    );
    let text = "{{ config(enabled=var('off', false)) }} select 1";
    let off = again.apply(Change::FileInEditor {
        path,
        text: text.into(),
        version: 2,
    });
    assert!(rendered(&off).links() > again.links());
}

#[test]
fn another_macro_is_rendered_wherever_it_is_called() {
    let fixture = Fixture::new(MESH);
    let model = Path::new("/mesh/shop/models/made.sql");
    assert!(ide::diagnostics(&fixture.world, model).is_empty());
    let changed = fixture.world.apply(Change::FileInEditor {
        path: "/mesh/shop/macros/pick.sql".into(),
        text: "{% macro pick(name) %}{{ return(ref(name ~ 's')) }}{% endmacro %}".into(),
        version: 1,
    });
    let changed = Arc::new(rendered(&changed));
    let found = ide::diagnostics(&changed, model);
    assert!(found[0].message.contains("`orderss`"), "{found:#?}");
}

fn file(root: &Path, path: &Path, text: &str) -> FileOnDisk {
    let inside = path.strip_prefix(root).unwrap().to_str().unwrap();
    FileOnDisk {
        path: inside.into(),
        facts: FileFacts::read(inside, text),
    }
}

#[test]
fn typing_that_changes_no_fact_links_nothing() {
    let fixture = Fixture::new(MESH);
    let path = Path::new("/mesh/shop/models/orders.sql").to_path_buf();
    let text = fixture.text(&path).to_owned();
    let world = (*fixture.world).clone();
    let typed = world.apply(Change::FileInEditor {
        path: path.clone(),
        text: text.clone().into(),
        version: 1,
    });
    let longer: Arc<str> = format!("-- a comment\n{text}where 1 = 1").into();
    let again = typed.apply(Change::FileInEditor {
        path: path.clone(),
        text: longer,
        version: 2,
    });
    assert_eq!(world.links(), again.links());
    assert!(again.changed_projects(&world).is_empty());
    let renamed: Arc<str> = text.replace("lines", "line").into();
    let renamed = again.apply(Change::FileInEditor {
        path,
        text: renamed,
        version: 3,
    });
    assert_eq!(renamed.changed_projects(&again), world.project_roots());
    assert_eq!(
        renamed.links(),
        again.links(),
        "a ref names no resource and no manifest"
    );
    let path = Path::new("/mesh/shop/models/lines.sql").to_path_buf();
    let closed = Arc::<str>::from("{{ config(enabled=false) }}");
    let closed = renamed.apply(Change::FileInEditor {
        path,
        text: closed,
        version: 1,
    });
    assert!(closed.links() > renamed.links());
}

#[test]
fn a_broken_manifest_leaves_the_last_good_one_in_use() {
    let fixture = Fixture::new(MESH);
    let path = fixture.world.manifest_paths()[0].clone();
    let failure = crate::manifest::ManifestFailure::Unreadable("cut off".into());
    let broken = Arc::new(fixture.world.apply(Change::Manifest {
        path,
        outcome: Err(failure),
    }));
    let orders = Path::new("/mesh/shop/models/orders.sql");
    assert_eq!(
        ide::diagnostics(&broken, orders),
        ide::diagnostics(&fixture.world, orders)
    );
    let config = Path::new("/mesh/shop/dbt_loom.config.yml");
    let told = ide::diagnostics(&broken, config);
    assert!(
        told.iter()
            .any(|finding| finding.message == "cut off; the one read before stays in use"),
        "{told:#?}"
    );
}

#[test]
fn every_prefix_of_every_file_is_checked_without_a_panic() {
    let fixture = Fixture::new(MESH);
    for (path, text) in &fixture.texts {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let text: Arc<str> = text[..end].into();
            let world = fixture.world.apply(Change::FileInEditor {
                path: path.clone(),
                text,
                version: 1,
            });
            let world = Arc::new(world);
            let _ = ide::diagnostics(&world, path);
        }
    }
}

#[test]
fn at_rest_nothing_is_linked_and_every_answer_stays() {
    let fixture = Fixture::new(MESH);
    let paths: Vec<PathBuf> = fixture.texts.keys().cloned().collect();
    let before = findings(&fixture.world, &paths);
    let rested = Arc::new(fixture.world.apply(Change::Rest));
    assert_eq!(rested.links(), fixture.world.links());
    assert!(rested.changed_projects(&fixture.world).is_empty());
    assert_eq!(findings(&rested, &paths), before);
}
