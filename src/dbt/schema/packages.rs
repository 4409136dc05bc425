//! packages.yml and dependencies.yml.

use super::Holds::{Anything, Bool, Either, List, Mapping as Map, Names, Scalar, Text, Usually};
use super::{Holds, Key, Mapping, Others, key, nullable, old, required};

/// packages.yml.
pub const PACKAGES: Mapping = Mapping {
    name: "packages.yml",
    others: Others::Refused,
    keys: keys![
        nullable("packages", List(&PACKAGE), "The packages that `dbt deps` installs.");
        old(nullable("sha1_hash", Text, "dbt's own note."));
    ],
};

/// dependencies.yml.
pub const DEPENDENCIES: Mapping = Mapping {
    name: "dependencies.yml",
    others: Others::PassedOver,
    keys: keys![
        nullable("packages", List(&PACKAGE), "The packages that `dbt deps` installs.");
        key("projects", Either(&[List(&Either(&[Map(&UPSTREAM_PROJECT), Anything])), Anything]), "The projects whose public models this one reads.");
    ],
};

/// Only dbt's platform reads it: dbt-core takes anything.
const UPSTREAM_PROJECT: Mapping = Mapping {
    name: "a project",
    others: Others::PassedOver,
    keys: keys![
        key("name", Either(&[Text, Anything]), "The project's name, as in its dbt_project.yml.");
    ],
};

const PACKAGE: Holds = Either(&[
    Map(&HUB),
    Map(&GIT),
    Map(&LOCAL),
    Map(&TARBALL),
    Map(&PRIVATE),
]);
const NAME: Key = one![nullable("name", Text, "The package's name.");];
const UNRENDERED: Key = one![old(key("unrendered", Names, "dbt's own note."));];
const REVISION: Key = one![nullable("revision", Scalar, "A tag, a branch or a commit.");];
const SUBDIRECTORY: Key =
    one![nullable("subdirectory", Text, "The package's folder in the repository.");];
const WARN_UNPINNED: Key =
    one![nullable("warn-unpinned", Bool, "Whether dbt warns where no revision is given.");];

const HUB: Mapping = Mapping {
    name: "a package of the hub",
    others: Others::Refused,
    keys: keys![
        required("package", Text, "A package of the hub: `owner/name`.");
        required("version", Either(&[Scalar, List(&Scalar)]), "A version, or a range: `[\">=1.0.0\", \"<2.0.0\"]`.");
        nullable("install_prerelease", Bool, "Whether versions before a release count.");
        NAME;
        UNRENDERED;
    ],
};

const GIT: Mapping = Mapping {
    name: "a package in a git repository",
    others: Others::Refused,
    keys: keys![
        required("git", Text, "The address of a git repository.");
        REVISION;
        SUBDIRECTORY;
        WARN_UNPINNED;
        NAME;
        UNRENDERED;
    ],
};

const LOCAL: Mapping = Mapping {
    name: "a package on this disk",
    others: Others::Refused,
    keys: keys![
        required("local", Text, "The package's folder, from this project's.");
        NAME;
        UNRENDERED;
    ],
};

const TARBALL: Mapping = Mapping {
    name: "a package in a tarball",
    others: Others::Refused,
    keys: keys![
        required("tarball", Text, "The address of a tarball.");
        required("name", Text, "The package's name.");
        UNRENDERED;
    ],
};

const PRIVATE: Mapping = Mapping {
    name: "a package in a private repository",
    others: Others::Refused,
    keys: keys![
        required("private", Text, "A repository that dbt Cloud can read: `owner/name`.");
        nullable("provider", Usually(&["github", "gitlab", "ado", "azure_active_directory"]), "Who keeps the repository.");
        REVISION;
        SUBDIRECTORY;
        WARN_UNPINNED;
        NAME;
        UNRENDERED;
    ],
};
