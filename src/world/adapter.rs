//! Which adapter does a project run with?

use crate::mesh::Linked;
use crate::project::Asked;

use super::World;

impl World {
    /// The adapter that a project runs with, where it is known: by its profile, else by the manifest
    /// that it has published.
    #[must_use]
    pub fn adapter_of(&self, linked: &Linked) -> Option<Box<str>> {
        let of_profile = linked.project.adapter(&Asked {
            target: self.settings.target.as_deref(),
            vars: self.settings.vars.as_deref(),
            environment: &self.environment,
        });
        of_profile.or_else(|| {
            let published = self.mesh.published(linked)?;
            published.adapter_type().map(Into::into)
        })
    }
}
