//! Writes the scripts of the generated families, and their needs, to the output directory, from where
//! the crate embeds them: no start of the program pays for them. Leaves out large families. Takes
//! nothing; reads no script.

use std::path::Path;
use std::{env, fs, io};
use wassay_generator::families::{self, Family, FamilyScript};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=wast");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    let out = Path::new(&out);
    // Scripts of an earlier build may have other names.
    let root = out.join("families");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let families = families::all().into_iter().filter(|family| !family.is_large);
    let families: Vec<Family> = families.collect();
    for family in &families {
        let directory = root.join(family.name);
        fs::create_dir_all(&directory)?;
        for script in &family.scripts {
            fs::write(directory.join(&script.name), script.text())?;
        }
    }
    fs::write(out.join("families.toml"), rules(&families))
}

/// The families' rows of the table of needs, in the format of `suites/suites.toml`.
fn rules(families: &[Family]) -> String {
    let mut rules = String::new();
    for family in families {
        rules +=
            &format!("\n[[folder]]\npath = \"regressions/{}\"\nbase = \"wasm2\"\n", family.name);
        for FamilyScript { name, base, needs, .. } in &family.scripts {
            rules += &format!(
                "\n[[folder.file]]\nglob = \"{name}\"\nbase = \"{base}\"\nplus = {needs:?}\n\
                 why = \"generated\"\n",
            );
        }
    }
    rules
}
