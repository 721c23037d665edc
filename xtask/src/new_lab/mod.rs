//! `cargo xtask new-lab`: a lab's folder that passes its tests, and its line in the registry.
//!
//! The template is a small lab that works. The tests of the crate `labs` compile and run it where it
//! lies (a module with a `path`), which costs no further build; what is left to do here is to copy
//! it and to put a name in, and that is tested here.

mod edit;
mod name;

use crate::repo::Repo;
use anyhow::{Context, Result, bail};
use edit::Planned;
use name::Name;
use std::fs;
use std::path::Path;

/// The files of a lab, with [`PLACEHOLDER`] for its name.
const TEMPLATE: [(&str, &str); 5] = [
    ("mod.rs", include_str!("template/mod.rs")),
    ("model.rs", include_str!("template/model.rs")),
    ("data.rs", include_str!("template/data.rs")),
    ("view.rs", include_str!("template/view.rs")),
    ("reference.py", include_str!("template/reference.py")),
];

/// The name in the template.
const PLACEHOLDER: &str = "lab-name";

/// The source of the crate `labs`, under the root.
const LABS: &str = "crates/labs/src";

/// Writes the folder and the lines that name it, and says what to do next.
///
/// # Errors
/// One sentence if the name cannot be a lab's or is taken; nothing is written then.
pub fn new_lab(repo: &Repo, name: &str) -> Result<()> {
    let name = Name::new(name)?;
    let planned = write(repo.root(), &name)?;
    let (kebab, folder) = (name.kebab(), name.snake());
    println!("The lab `{kebab}` stands in {LABS}/{folder}/, with its lines in lib.rs and registry.rs:");
    println!("  model.rs      what it computes; for now it fits a line");
    println!("  data.rs       what it computes with");
    println!("  view.rs       the charts of its reports");
    println!("  reference.py  where the numbers of its tests come from");
    if planned {
        println!("Its caption and its question are those that the registry had planned.");
    }
    println!("\nNext:");
    println!("  cargo test -p labs --profile native {folder}   passes now; change model and tests together");
    println!("  write a block ```lab {kebab} in an article, and look at it with `cargo xtask serve`");
    println!("To take it away, delete the folder and its lines in lib.rs and registry.rs.");
    Ok(())
}

/// Whether the lab was planned.
fn write(root: &Path, name: &Name) -> Result<bool> {
    let labs = root.join(LABS);
    let read =
        |file: &str| fs::read_to_string(labs.join(file)).with_context(|| format!("{LABS}/{file} cannot be read"));
    let (modules, registry) = (read("lib.rs")?, read("registry.rs")?);
    let folder = labs.join(name.snake());
    if folder.exists() || labs.join(format!("{}.rs", name.snake())).exists() {
        bail!("{LABS}/{} is there already, and nothing was written.", name.snake());
    }
    // All edits are made before the first of them is written.
    let modules = edit::with_module(&modules, name).with_context(|| format!("{LABS}/lib.rs"))?;
    let (registry, planned) = edit::with_lab(&registry, name).with_context(|| format!("{LABS}/registry.rs"))?;
    let put = |path: &Path, text: &str| {
        fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
    };
    fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (file, text) in TEMPLATE {
        put(&folder.join(file), &filled(text, name, planned.as_ref()))?;
    }
    put(&labs.join("registry.rs"), &registry)?;
    put(&labs.join("lib.rs"), &modules)?;
    Ok(planned.is_some())
}

/// A file of the template for the lab of this name.
fn filled(text: &str, name: &Name, planned: Option<&Planned>) -> String {
    let mut text = text.replace(PLACEHOLDER, name.kebab());
    if let Some(Planned { caption, question }) = planned {
        for (key, literal) in [("caption", caption), ("question", question)] {
            text = edit::with_literal(&text, key, literal);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A copy of the two files that are changed, in a folder of its own.
    struct Copy(PathBuf);

    impl Copy {
        fn new(test: &str) -> Self {
            let root = std::env::temp_dir().join(format!("xtask-new-lab-{test}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            fs::create_dir_all(root.join(LABS)).unwrap();
            let copy = Self(root);
            for file in ["lib.rs", "registry.rs"] {
                let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(LABS).join(file);
                fs::copy(real, copy.path(file)).unwrap();
            }
            copy
        }

        fn path(&self, file: &str) -> PathBuf {
            self.0.join(LABS).join(file)
        }

        fn read(&self, file: &str) -> String {
            fs::read_to_string(self.path(file)).unwrap()
        }

        fn write(&self, name: &str) -> Result<bool> {
            super::write(&self.0, &Name::new(name)?)
        }
    }

    impl Drop for Copy {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Lines of `after` that `before` has not.
    fn added<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
        let mut before = before.lines().peekable();
        after.lines().filter(|line| before.next_if(|old| old == line).is_none()).collect()
    }

    #[test]
    fn a_lab_is_a_folder_and_two_lines_and_leaves_with_them() {
        let copy = Copy::new("lines");
        let (modules, registry) = (copy.read("lib.rs"), copy.read("registry.rs"));
        assert!(!copy.write("zeta-2d").unwrap());
        for (file, template) in TEMPLATE {
            let text = copy.read(&format!("zeta_2d/{file}"));
            assert!(!text.contains(PLACEHOLDER), "{file}");
            assert_eq!(text, template.replace(PLACEHOLDER, "zeta-2d"), "{file}");
        }
        assert!(copy.read("zeta_2d/model.rs").contains("        name: \"zeta-2d\",\n"));
        assert_eq!(added(&modules, &copy.read("lib.rs")), ["pub mod zeta_2d;"]);
        assert_eq!(added(&registry, &copy.read("registry.rs")), ["    zeta_2d"]);
        assert_eq!(copy.read("lib.rs").replace("pub mod zeta_2d;\n", ""), modules);
        assert_eq!(copy.read("registry.rs").replace("    zeta_2d\n", ""), registry);
    }

    #[test]
    fn a_planned_lab_brings_its_caption_and_its_question() {
        let copy = Copy::new("planned");
        let before = copy.read("registry.rs");
        assert!(before.contains("\"lsh\","), "the example is planned");
        assert!(copy.write("lsh").unwrap());
        let (after, model) = (copy.read("registry.rs"), copy.read("lsh/model.rs"));
        assert!(!after.contains("\"lsh\","));
        assert_eq!(before.matches("    planned(\n").count(), after.matches("    planned(\n").count() + 1);
        for key in ["caption: ", "question: "] {
            let line = model.lines().find(|line| line.trim_start().starts_with(key)).unwrap();
            let literal = line.trim_start().strip_prefix(key).unwrap();
            assert!(before.contains(&format!("        {literal}\n")), "{line}");
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let copy = Copy::new("taken");
        copy.write("zeta").unwrap();
        fs::write(copy.path("zeta/model.rs"), "mine").unwrap();
        let before = copy.read("registry.rs");
        for (name, place) in [("zeta", "zeta"), ("registry", "registry")] {
            let message = copy.write(name).unwrap_err().to_string();
            assert_eq!(message, format!("crates/labs/src/{place} is there already, and nothing was written."));
        }
        assert_eq!((copy.read("zeta/model.rs").as_str(), copy.read("registry.rs")), ("mine", before));
    }
}
