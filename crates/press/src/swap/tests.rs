use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_committed_folder_replaces_the_old_one_whole() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("old.html"), "old").unwrap();
    let staging = Staging::beside(&target).unwrap();
    staging.write("posts/x/index.html", "new").unwrap();
    assert_eq!(names(&target), ["old.html"], "the old folder stands until the new one is ready");
    staging.commit().unwrap();
    assert_eq!(names(&target), ["posts"]);
    assert_eq!(names(home.path()), ["dist"]);
}

#[test]
fn a_dropped_folder_leaves_the_old_one_and_no_trace() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("old.html"), "old").unwrap();
    let staging = Staging::beside(&target).unwrap();
    staging.write("index.html", "new").unwrap();
    drop(staging);
    assert_eq!(names(home.path()), ["dist"]);
    assert_eq!(names(&target), ["old.html"]);
}

#[test]
fn leftovers_go_but_not_those_of_a_living_run() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".dist.new-1")).unwrap();
    fs::create_dir(home.path().join(".dist.old-1")).unwrap();
    fs::create_dir(home.path().join(".other.new-1")).unwrap();
    let living = begun(&home.path().join(".dist.new-2"));
    let lock = File::open(living.fresh.join(LOCK)).unwrap();
    lock.lock().unwrap();
    let staging = Staging::beside(&home.path().join("dist")).unwrap();
    let left = names(home.path());
    assert!(left.contains(&".dist.new-2".to_owned()) && left.contains(&".other.new-1".to_owned()), "{left:?}");
    assert!(!left.contains(&".dist.new-1".to_owned()) && !left.contains(&".dist.old-1".to_owned()), "{left:?}");
    drop(staging);
}

fn begun(fresh: &Path) -> Staging {
    fs::create_dir(fresh).unwrap();
    fs::write(fresh.join(LOCK), "").unwrap();
    Staging {
        target: fresh.with_extension("t"),
        fresh: fresh.to_owned(),
        retired: fresh.with_extension("r"),
        lock: None,
        written: Mutex::default(),
        before: None,
        spare: None,
    }
}

fn key(of: &str) -> Key {
    Key::of([of.as_bytes()])
}

/// Puts a folder in place that holds these files: name, what stands for its contents, contents.
fn lay(staging: Staging, files: &[(&str, &str, &str)]) -> (Arc<Laid>, Option<Spare>) {
    for (name, of, contents) in files {
        staging.put(name, Some(key(of)), || Ok(contents.as_bytes().to_vec())).unwrap();
    }
    let (laid, spare) = staging.place().unwrap();
    (Arc::new(laid), spare)
}

#[test]
fn a_file_is_kept_under_the_same_key_alone() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    let staging = Staging::beside(&target).unwrap();
    staging.write("without", "old").unwrap();
    let (laid, spare) = lay(staging, &[("a/same", "1", "old"), ("a/other", "1", "old"), ("gone", "1", "old")]);
    assert!(spare.is_none());
    let staging = Staging::again(&target, &laid, None).unwrap();
    assert!(staging.keep("a/same", key("1")).unwrap());
    assert!(!staging.keep("a/other", key("2")).unwrap() && !staging.keep("without", key("1")).unwrap());
    staging.write_as("a/other", Some(key("2")), "new").unwrap();
    assert_eq!(fs::read(target.join("a/other")).unwrap(), b"old", "the old folder stays as it is");
    assert_eq!(staging.names(), ["a/same", "a/other"].map(str::to_owned).into());
    let (newer, spare) = staging.place().unwrap();
    assert_eq!(fs::read(target.join("a/same")).unwrap(), b"old");
    assert_eq!(fs::read(target.join("a/other")).unwrap(), b"new");
    assert_eq!((names(&target), names(home.path()).len()), (vec!["a".to_owned()], 2), "the old one stands aside");
    drop(spare);
    assert_eq!(names(home.path()), ["dist"]);
    // What another has put there is not ours to keep.
    let other = Staging::beside(&target).unwrap();
    other.write("a/same", "another's").unwrap();
    other.commit().unwrap();
    let staging = Staging::again(&target, &Arc::new(newer), None).unwrap();
    assert!(!staging.keep("a/same", key("1")).unwrap());
}

/// Three states of a folder, of which the third is made from the first, and then all that may stand in a file's way.
#[test]
fn a_folder_that_is_used_again_holds_what_a_new_one_would() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    let states: [&[(&str, &str, &str)]; 6] = [
        &[("a/same", "1", "x"), ("a/b/changed", "1", "one"), ("gone/deep/file", "1", "x"), ("back", "1", "one")],
        &[("a/same", "1", "x"), ("a/b/changed", "2", "two"), ("fresh", "1", "x"), ("back", "2", "two")],
        &[("a/same", "1", "x"), ("a/b/changed", "3", "three"), ("fresh", "1", "x"), ("back", "1", "one")],
        &[("a", "1", "a file now"), ("fresh/inside", "1", "a folder now"), ("back", "3", "three")],
        &[("a/same", "1", "x"), ("back", "3", "three")],
        &[("a", "1", "a file now"), ("back", "3", "three")],
    ];
    let (mut laid, mut spare) = (Arc::default(), None);
    for (n, files) in states.into_iter().enumerate() {
        let held = target.join("back").exists().then(|| fs::read(target.join("back")).unwrap());
        let staging = Staging::again(&target, &laid, spare.take()).unwrap();
        let is_used_again = n > 1;
        assert_eq!(staging.spare.is_some(), is_used_again, "{n}");
        let written: Vec<_> = files.iter().map(|(name, of, contents)| (*name, *of, *contents)).collect();
        (laid, spare) = lay(staging, &written);
        let mut expected: Vec<_> =
            files.iter().map(|(name, _, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        expected.sort();
        assert_eq!(all(&target, ""), expected, "{n}");
        if let (Some(spare), Some(held)) = (&spare, held) {
            assert_eq!(fs::read(spare.path().join("back")).unwrap(), held, "{n}: what stands aside is as it was");
        }
    }
    drop(spare);
    assert_eq!(names(home.path()), ["dist"]);
}

/// Files with their contents, and empty folders with a sign that none may be left.
fn all(folder: &Path, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let inner = names(folder);
    if inner.is_empty() {
        found.push((prefix.to_owned(), "an empty folder".to_owned()));
    }
    for name in inner {
        let path = folder.join(&name);
        match path.is_dir() {
            true => found.extend(all(&path, &format!("{prefix}{name}/"))),
            false => found.push((format!("{prefix}{name}"), fs::read_to_string(path).unwrap())),
        }
    }
    found.sort();
    found
}

#[test]
fn a_copy_made_ahead_is_used_unless_somebody_has_touched_it() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    let (laid, _) = lay(Staging::beside(&target).unwrap(), &[("a/x", "1", "one"), ("y", "1", "one")]);
    let spare = Spare::ahead(&target, &laid).unwrap();
    assert_eq!(all(spare.path(), ""), all(&target, ""));
    let staging = Staging::again(&target, &laid, Some(spare)).unwrap();
    assert!(staging.spare.is_some());
    drop(staging);
    let spare = Spare::ahead(&target, &laid).unwrap();
    fs::write(spare.path().join("z"), "another's").unwrap();
    File::open(spare.path()).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    let (_, spare) = lay(Staging::again(&target, &laid, Some(spare)).unwrap(), &[("y", "1", "one")]);
    assert_eq!(all(&target, ""), [("y".to_owned(), "one".to_owned())]);
    drop(spare);
    assert_eq!(names(home.path()), ["dist"]);
}

#[test]
fn a_kept_file_is_not_kept_twice() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("dist");
    let (laid, _) = lay(Staging::beside(&target).unwrap(), &[("x", "1", "old")]);
    let staging = Staging::again(&target, &laid, None).unwrap();
    assert!(staging.keep("x", key("1")).unwrap());
    let message = staging.keep("x", key("1")).unwrap_err().to_string();
    assert_eq!(message, "`x` would be written twice: two pages or files claim one address");
}

#[test]
fn two_files_of_one_name_are_an_error() {
    let home = tempfile::tempdir().unwrap();
    let staging = Staging::beside(&home.path().join("dist")).unwrap();
    staging.write("a/index.html", "1").unwrap();
    let message = staging.write("a/index.html", "2").unwrap_err().to_string();
    assert_eq!(message, "`a/index.html` would be written twice: two pages or files claim one address");
}
