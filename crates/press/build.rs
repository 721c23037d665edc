//! Fingerprints of the sources of labs and cards, which the caches of their pictures keep beside each picture: a picture
//! is as good as the code that drew it.

use std::{
    env,
    error::Error,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let crates = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    let labs = crates.join("labs/src");
    // What every lab stands on; of the lock file, the library that writes the markup.
    let mut shared = vec![crates.join("labs/Cargo.toml"), crates.join("../Cargo.lock")];
    shared.extend([crates.join("ml")].into_iter().filter(|folder| folder.exists()));
    let mut of_labs = Vec::new();
    for path in entries(&labs)? {
        // A lab has a model, or a page of its own.
        match path.join("model.rs").is_file() || path.join("page").is_dir() {
            true => of_labs.push(path),
            false => shared.push(path),
        }
    }
    let mut table = format!("/// Of all that the labs share.\nconst SHARED: u64 = {};\n", fingerprint(&shared)?);
    table.push_str("/// Folder of a lab → of what stands in it.\nconst OF_LABS: &[(&str, u64)] = &[");
    for folder in &of_labs {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        table.push_str(&format!("({name:?}, {}), ", fingerprint(std::slice::from_ref(folder))?));
    }
    table.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("lab_code.rs"), table)?;
    let of_cards = [crates.join("cards"), crates.join("../style/fonts"), crates.join("../Cargo.lock")];
    let table =
        format!("/// Of the code and the fonts that draw cards.\nconst CODE: u64 = {};\n", fingerprint(&of_cards)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("card_code.rs"), table)?;
    for path in shared.iter().chain([&labs]).chain(&of_cards) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    Ok(())
}

/// Of the names and contents of all files there. Another version of Rust may give another number,
/// which costs a run of each lab.
fn fingerprint(paths: &[PathBuf]) -> Result<u64, Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        hash(path, &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<(), Box<dyn Error>> {
    path.file_name().hash(hasher);
    if path.is_dir() {
        return entries(path)?.iter().try_for_each(|entry| hash(entry, hasher));
    }
    fs::read(path)?.hash(hasher);
    Ok(())
}

/// What stands in a folder, in a fixed order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}
