//! Which file of the folder answers a path.

use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// This file.
    File(PathBuf),
    /// A folder asked for without its slash: its address with it.
    Redirect(String),
    /// Nothing: `404.html`.
    Missing,
    /// Not under the base path: another site's address.
    Elsewhere,
}

/// Finds what `path` (as in the request, still escaped) leads to in `dir`, which stands at `base`.
pub(super) fn resolve(dir: &Path, base: &str, path: &str) -> Target {
    let Some(inside) = path.strip_prefix(base) else {
        return Target::Elsewhere;
    };
    if inside.is_empty() {
        return Target::Redirect(format!("{base}/"));
    }
    let Some(inside) = inside.strip_prefix('/') else {
        return Target::Elsewhere;
    };
    let Ok(name) = percent_decode_str(inside).decode_utf8() else {
        return Target::Missing;
    };
    // No way out of the folder.
    if name.contains(['\0', '\\']) || name.split('/').any(|part| part == "..") || name.starts_with('/') {
        return Target::Missing;
    }
    let file = dir.join(name.as_ref());
    let is_folder_address = name.is_empty() || name.ends_with('/');
    if is_folder_address {
        let index = file.join("index.html");
        return if index.is_file() { Target::File(index) } else { Target::Missing };
    }
    if file.is_file() {
        return Target::File(file);
    }
    if file.is_dir() {
        return Target::Redirect(format!("{path}/"));
    }
    let page = dir.join(format!("{name}.html"));
    if page.is_file() { Target::File(page) } else { Target::Missing }
}

/// The type that a file is sent as, by its name's ending.
pub(super) fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "application/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// Whether compressing such a file pays.
pub(super) fn is_compressible(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.starts_with("text/")
        || matches!(
            kind,
            "application/javascript"
                | "application/json"
                | "application/xml"
                | "application/manifest+json"
                | "application/wasm"
                | "image/svg+xml"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn site() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in ["index.html", "posts/x/index.html", "posts/x/a b.png", "about.html"] {
            fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
            fs::write(dir.path().join(name), name).unwrap();
        }
        fs::create_dir(dir.path().join("empty")).unwrap();
        fs::write(dir.path().parent().unwrap().join("press-secret.txt"), "no").unwrap();
        dir
    }

    #[test]
    fn paths_lead_where_a_static_host_leads_them() {
        let dir = site();
        let file = |name: &str| Target::File(dir.path().join(name));
        for base in ["", "/repo"] {
            let cases = [
                ("/", file("index.html")),
                ("/posts/x/", file("posts/x/index.html")),
                ("/posts/x", Target::Redirect(format!("{base}/posts/x/"))),
                ("/posts/x/index.html", file("posts/x/index.html")),
                ("/posts/x/a%20b.png", file("posts/x/a b.png")),
                ("/about", file("about.html")),
                ("/empty/", Target::Missing),
                ("/nothing", Target::Missing),
                ("/%ff", Target::Missing),
            ];
            for (path, target) in cases {
                assert_eq!(resolve(dir.path(), base, &format!("{base}{path}")), target, "{base}{path}");
            }
        }
        assert_eq!(resolve(dir.path(), "/repo", "/repo"), Target::Redirect("/repo/".into()));
        assert_eq!(resolve(dir.path(), "/repo", "/"), Target::Elsewhere);
        assert_eq!(resolve(dir.path(), "/repo", "/repository/"), Target::Elsewhere);
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let dir = site();
        for path in [
            "/../press-secret.txt",
            "/%2e%2e/press-secret.txt",
            "/posts/../../press-secret.txt",
            "//etc/passwd",
            "/..%5cpress-secret.txt",
            "/a%00",
        ] {
            assert_eq!(resolve(dir.path(), "", path), Target::Missing, "{path}");
        }
    }
}
