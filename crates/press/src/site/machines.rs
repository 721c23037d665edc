//! Files for machines: `sitemap.xml`, `robots.txt`, `llms.txt`, and pages that lead old addresses on.

use crate::{address::Address, markup::escape};
use blog::head::Head;
use content::manifest::{PostMeta, Site};

/// All pages that search engines should keep. Source: sitemaps.org, protocol 0.9.
pub fn sitemap<'h>(address: &Address, heads: impl IntoIterator<Item = &'h Head>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for head in heads.into_iter().filter(|head| head.index) {
        let changed = head.updated.as_ref().or(head.published.as_ref());
        let changed = changed.map(|day| format!("<lastmod>{day}</lastmod>")).unwrap_or_default();
        xml.push_str(&format!("<url><loc>{}</loc>{changed}</url>\n", escape(&address.url(&head.path))));
    }
    xml.push_str("</urlset>\n");
    xml
}

/// Everything may be read. Source: RFC 9309, and sitemaps.org for the last line.
pub fn robots(address: &Address) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", address.url("/sitemap.xml"))
}

/// The site for language models: what it is, and the Markdown of each article. Source: llmstxt.org.
pub fn llms(site: &Site, address: &Address, posts: &[PostMeta]) -> String {
    let mut text = format!("# {}\n\n> {}\n\n{}\n\n## Articles\n\n", site.title, site.description, site.tagline);
    for post in posts.iter().filter(|post| !post.draft) {
        let title = post.title.replace('[', "\\[").replace(']', "\\]");
        text.push_str(&format!(
            "- [{title}]({}): {}\n",
            address.url(&format!("{}index.md", post.path())),
            post.meta_description()
        ));
    }
    text.push_str(&format!(
        "\n## Optional\n\n- [About]({})\n- [Atom feed, whole articles]({})\n",
        address.url("/about/"),
        address.url("/atom.xml")
    ));
    text
}

/// The files under which an old address is answered: a folder's page, or the page itself.
pub fn alias_file(alias: &str) -> String {
    let path = alias.trim_start_matches('/');
    match path.ends_with(".html") {
        true => path.to_owned(),
        false => format!("{}/index.html", path.trim_end_matches('/')),
    }
}

/// A page that leads to the post, at once where refreshing is allowed, by a link where it is not.
pub fn redirect(site: &Site, address: &Address, post: &PostMeta) -> String {
    let (path, url) = (escape(&address.path(&post.path())), escape(&address.url(&post.path())));
    let title = escape(&post.title);
    let language = escape(&site.language);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"canonical\" href=\"{url}\">\n<meta http-equiv=\"refresh\" content=\"0; url={path}\">\n</head>\n\
         <body>\n<p>This page has moved: <a href=\"{path}\">{title}</a></p>\n</body>\n</html>\n"
    )
}
