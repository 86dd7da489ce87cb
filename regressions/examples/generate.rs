//! Writes the generated scripts to `wast/`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let wast = Path::new(env!("CARGO_MANIFEST_DIR")).join("wast");
    for script in wassay_regressions::generate::all() {
        let path = wast.join(script.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, script.text)?;
    }
    Ok(())
}
