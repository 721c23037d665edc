//! The pocket model, which Trunk copies under names that never change.

use super::Files;
use crate::digest;
use content::build::MODEL_FILES;

/// Its folder in Trunk's output.
const FOLDER: &str = "pocket";

/// A file of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFile {
    /// What it is, as the last part of its link's id: `weights`.
    pub part: &'static str,
    /// Its name, which changes with its contents.
    pub file: String,
    /// Its checksum in hexadecimal digits.
    pub sha256: String,
}

/// Gives the files of the model their new names; nothing if they are not all there.
pub(super) fn rename(files: &mut Files) -> Vec<ModelFile> {
    let old = |name: &str| format!("{FOLDER}/{name}");
    if !MODEL_FILES.iter().all(|(_, name)| files.contains_key(&old(name))) {
        return Vec::new();
    }
    let mut model = Vec::new();
    for (part, name) in MODEL_FILES {
        let Some(bytes) = files.remove(&old(name)) else { continue };
        let ending = name.rsplit('.').next().unwrap_or_default();
        let file = format!("{FOLDER}-{part}-{}.{ending}", digest::short(&bytes));
        model.push(ModelFile { part, file: file.clone(), sha256: digest::whole(&bytes) });
        files.insert(file, bytes);
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_named_after_its_contents() {
        let mut files = Files::from(
            ["config.json", "tokenizer.json", "model.safetensors"]
                .map(|name| (format!("pocket/{name}"), b"abc".to_vec())),
        );
        let model = rename(&mut files);
        // `printf abc | sha256sum`
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let names = [
            "pocket-config-ba7816bf8f01cfea.json",
            "pocket-tokenizer-ba7816bf8f01cfea.json",
            "pocket-weights-ba7816bf8f01cfea.safetensors",
        ];
        assert_eq!(model.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(), names);
        assert!(model.iter().all(|file| file.sha256 == sum), "{model:?}");
        assert_eq!(files.into_keys().collect::<Vec<_>>(), names, "the old names are gone");
    }

    #[test]
    fn a_model_that_lacks_a_file_is_none() {
        let mut files = Files::from([("pocket/config.json".to_owned(), b"abc".to_vec())]);
        assert_eq!(rename(&mut files), []);
    }
}
