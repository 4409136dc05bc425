//! Which texts of a file are links? The paths of manifests in a loom config.

use std::path::Path;

use crate::world::World;

use super::Link;
use super::card;

/// The links of the file at `path`.
pub(super) fn links(world: &World, path: &Path) -> Vec<Link> {
    let Some(linked) = world.user_of_loom_config(path) else {
        return Vec::new();
    };
    let links = linked.upstreams.iter().filter_map(|upstream| {
        Some(Link {
            span: upstream.entry()?.origin_span,
            target: upstream.local_path()?.to_path_buf(),
            tooltip: Some(card::state(&upstream.state)),
        })
    });
    links.collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::fixture::check_links;

    #[test]
    fn a_path_is_a_link_to_the_manifest_and_an_address_is_none() {
        check_links(
            "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: core
    type: file
    config:
      path: ../core/target/manifest.json$0
  - name: gone
    type: file
    config: {path: gone.json}
  - name: far
    type: file
    config: {path: 'https://example.com/manifest.json'}
//- manifest core
",
            &expect![[r"
                [../core/target/manifest.json] core/target/manifest.json the manifest is read
                [gone.json] shop/gone.json there is no such manifest
            "]],
        );
    }
}
