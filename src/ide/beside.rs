//! What is left to say where another extension answers for one project? What leads from one project into another.

use std::path::Path;

use crate::mesh::{Linked, Resolution, Target};
use crate::world::World;

use super::target::{Pointed, Thing};
use super::{Completion, CompletionKind, Completions, Place};

/// Whether a thing is known to those alone who know the mesh.
pub(super) fn crosses(pointed: &Pointed<'_>) -> bool {
    match &pointed.thing {
        Thing::Package(_) | Thing::Upstream(_) | Thing::ManifestPath(_) | Thing::LoomKey(_) => true,
        Thing::Model(named) | Thing::Version(named) => leads_elsewhere(&named.resolution),
        Thing::Described(_)
        | Thing::Source(_)
        | Thing::Column(_)
        | Thing::Doc(_)
        | Thing::Declared(_)
        | Thing::Group(_)
        | Thing::Callable(_)
        | Thing::Variable(_)
        | Thing::Key(_) => false,
    }
}

/// The places that stand in another project than the file at `path`.
pub(super) fn elsewhere(world: &World, path: &Path, mut places: Vec<Place>) -> Vec<Place> {
    let root = |path: &Path| world.locate(path).map(|(linked, _)| &linked.project.root);
    let here = root(path);
    places.retain(|place| root(&place.path) != here);
    places
}

fn leads_elsewhere(resolution: &Resolution<'_>) -> bool {
    let is_elsewhere = |target: &Target<'_>| match target {
        Target::Published { .. } | Target::WorkingCopy { .. } => true,
        Target::Local { .. } => false,
    };
    match resolution {
        Resolution::Found(target)
        | Resolution::Private(target)
        | Resolution::Protected(target)
        | Resolution::Disabled(target)
        | Resolution::Unread(target) => is_elsewhere(target),
        Resolution::Ambiguous(targets) => targets.iter().any(is_elsewhere),
        Resolution::NoVersion(missing) => missing.versions.iter().any(is_elsewhere),
        Resolution::DisabledUpstream { .. } | Resolution::NotDeclared(_) => true,
        Resolution::NoModel(_) | Resolution::NoProject(_) | Resolution::NotLoaded => false,
    }
}

/// The completions of a file that name something of another project.
pub(super) fn crossing<'a>(
    world: &World,
    path: &Path,
    completions: Completions<'a>,
) -> Completions<'a> {
    let located = world.locate(path);
    let Some((linked, _)) = located.filter(|_| world.user_of_loom_config(path).is_none()) else {
        return completions;
    };
    let Completions {
        mut items,
        is_incomplete,
    } = completions;
    items.retain(|item| item.kind == CompletionKind::Project || is_of_upstream(linked, item));
    Completions {
        items,
        is_incomplete,
    }
}

fn is_of_upstream(linked: &Linked, item: &Completion<'_>) -> bool {
    let package = item
        .documentation
        .as_deref()
        .and_then(|key| key.split('.').nth(1));
    let is_model = match item.kind {
        CompletionKind::Model
        | CompletionKind::Seed
        | CompletionKind::Snapshot
        | CompletionKind::Version => true,
        CompletionKind::Project
        | CompletionKind::Source
        | CompletionKind::Table
        | CompletionKind::Column
        | CompletionKind::Function
        | CompletionKind::Keyword
        | CompletionKind::Key
        | CompletionKind::Value
        | CompletionKind::File
        | CompletionKind::Folder => false,
    };
    let is_upstream = |package: &str| {
        let mut upstreams = linked.upstreams.iter();
        upstreams.any(|upstream| upstream.project_name() == package)
    };
    is_model && package.is_some_and(is_upstream)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use crate::fixture::Fixture;
    use crate::ide;
    use crate::settings::{Feature, Settings};
    use crate::world::Change;

    fn beside(mesh: &str) -> Fixture {
        let mut fixture = Fixture::new(mesh);
        let settings = Settings {
            beside: BTreeSet::from([
                Feature::Completion,
                Feature::Hover,
                Feature::Definition,
                Feature::References,
            ]),
            ..Settings::default()
        };
        let world = fixture.world.apply(Change::Settings(Arc::new(settings)));
        fixture.world = Arc::new(world);
        fixture
    }

    fn mesh(text: &str) -> String {
        format!(
            "
//- project shop needs:core
//- models/a.sql
{text}
//- models/b.sql
select 1
//- project core
//- models/open.sql
select 1
//- models/core.yml
models:
  - name: open
    access: public
"
        )
    }

    #[test]
    fn what_crosses_projects_is_shown_and_the_rest_left_to_others() {
        let shown = |text: &str| {
            let fixture = beside(&mesh(text));
            let (path, offset) = fixture.cursor.clone().unwrap();
            let is_shown = ide::hover(&fixture.world, &path, offset).is_some();
            let is_found = ide::definition(&fixture.world, &path, offset).is_some();
            assert_eq!(is_shown, is_found, "{text}");
            is_shown
        };
        assert!(shown("from {{ ref('core', 'op$0en') }}"));
        assert!(!shown("from {{ ref('b$0') }}"));
        assert!(!shown("from {{ ref('shop', 'b$0') }}"));
    }

    #[test]
    fn models_of_other_projects_are_offered_alone() {
        let offered = |text: &str| {
            let fixture = beside(&mesh(text));
            let (path, offset) = fixture.cursor.clone().unwrap();
            let found = ide::complete(&fixture.world, &path, offset);
            found
                .items
                .into_iter()
                .map(|it| it.label.into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(offered("from {{ ref('core', '$0') }}"), ["open"]);
        assert!(!offered("from {{ ref('$0') }}").contains(&"b".to_owned()));
        assert!(offered("from {{ ref('$0') }}").contains(&"core".to_owned()));
        assert!(offered("from {{ $0 }}").is_empty());
    }
    #[test]
    fn readers_in_other_projects_are_listed_alone() {
        let mesh = mesh("from {{ ref('core', 'open') }}").replace(
            "//- models/open.sql\nselect 1",
            "//- models/open.sql\nselect 1\n//- models/near.sql\nselect * from {{ ref('op$0en') }}",
        );
        let readers = |fixture: &Fixture| {
            let (path, offset) = fixture.cursor.clone().unwrap();
            let found = ide::references(&fixture.world, &path, offset);
            let name = |place: ide::Place| place.path.file_name().map(std::ffi::OsStr::to_owned);
            found.into_iter().filter_map(name).collect::<Vec<_>>()
        };
        assert_eq!(readers(&Fixture::new(&mesh)), ["near.sql", "a.sql"]);
        assert_eq!(readers(&beside(&mesh)), ["a.sql"]);
    }
}
