//! Takes the crates of the workspace; reports features that only special builds may have, but that a
//! normal build enables: by default, or through a dependency. Reads no source.

use super::Finding;
use super::tree::Packages;

/// The features, with the reason.
const SPECIAL: &[(&str, &str)] =
    &[("seeded-faults", "it makes the engine faulty; only `cargo xtask faults` may enable it")];

/// The crates with such features in a normal build.
pub fn check(packages: &Packages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.members() {
        let on = SPECIAL.iter().filter(|(feature, _)| packages.enables(&package.name, feature));
        findings.extend(on.map(|(feature, why)| Finding {
            path: format!("{}/Cargo.toml", package.directory),
            line: 0,
            message: format!("a normal build enables `{feature}`: {why}"),
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_special_feature_in_a_normal_build_is_found() {
        let metadata = |features: &str| {
            let json = format!(
                r#"{{
                "packages": [{{
                    "id": "path+file:///r/engine/artifact#wassay-artifact@0.1.0",
                    "name": "wassay-artifact",
                    "manifest_path": "/r/engine/artifact/Cargo.toml",
                    "targets": []
                }}],
                "workspace_members": ["path+file:///r/engine/artifact#wassay-artifact@0.1.0"],
                "resolve": {{"nodes": [{{
                    "id": "path+file:///r/engine/artifact#wassay-artifact@0.1.0",
                    "deps": [],
                    "features": [{features}]
                }}]}}
            }}"#
            );
            Packages::parse(json.as_bytes(), Path::new("/r")).unwrap()
        };
        assert_eq!(check(&metadata("")), []);
        assert_eq!(check(&metadata(r#""default""#)), []);
        let found = check(&metadata(r#""default", "seeded-faults""#));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "engine/artifact/Cargo.toml");
        assert!(found[0].message.contains("`seeded-faults`"), "{}", found[0].message);
    }
}
