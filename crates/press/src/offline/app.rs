//! The web app manifest, by which a browser can install the site.

use super::icon::ICONS;
use crate::{address::Address, shell::css};
use content::manifest::Site;
use serde_json::{Value, json};

/// Its file.
pub const MANIFEST_FILE: &str = "app.webmanifest";

/// What it says. Source: W3C, "Web Application Manifest"; colours cannot follow the theme there, so they are the light
/// one's.
pub fn manifest(site: &Site, address: &Address, style: &str) -> String {
    let icons: Vec<Value> = ICONS
        .iter()
        .map(|icon| {
            let (src, size) = (address.path(&format!("/{}", icon.file)), icon.size_px);
            let purpose = if icon.is_maskable { "maskable" } else { "any" };
            json!({ "src": src, "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": purpose })
        })
        .collect();
    let home = address.path("/");
    let mut manifest = json!({
        "name": site.title,
        "description": site.description,
        "lang": site.language,
        "id": home,
        "start_url": home,
        "scope": home,
        "display": "minimal-ui",
        "icons": icons,
    });
    if let Some((paper, _)) = css::light_dark(style, "paper") {
        manifest["background_color"] = paper.into();
        manifest["theme_color"] = paper.into();
    }
    manifest.to_string()
}
