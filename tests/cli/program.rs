//! What the program says of itself.

use crate::mesh::Mesh;

#[test]
fn rules_are_listed_and_explained() {
    let mesh = Mesh::new(&[]);
    let list = mesh.run(&["rule"]);
    assert_eq!(list.code, 0);
    assert!(list.stdout.contains("unknown-model "), "{}", list.stdout);
    let one = mesh.run(&["rule", "unknown-model"]);
    assert_eq!(one.code, 0);
    assert!(one.stdout.starts_with("unknown-model"), "{}", one.stdout);
    let wrong = mesh.run(&["rule", "unknown-modle"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("did you mean `unknown-model`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn version_and_help_are_there() {
    let mesh = Mesh::new(&[]);
    let version = mesh.run(&["--version"]);
    assert_eq!(
        version.stdout.trim(),
        concat!("dbt-mesh-lsp ", env!("CARGO_PKG_VERSION"))
    );
    for arguments in [&["--help"][..], &["check", "--help"], &["server", "--help"]] {
        let help = mesh.run(arguments);
        assert_eq!(help.code, 0);
        assert!(
            help.stdout.contains("Usage: dbt-mesh-lsp"),
            "{}",
            help.stdout
        );
    }
}
