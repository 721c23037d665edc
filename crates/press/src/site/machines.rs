//! Files for machines: `sitemap.xml`, `robots.txt`, `llms.txt`, and pages that lead old addresses on.

use crate::{address::Address, markup::escape};
use blog::head::Head;
use content::manifest::{PostMeta, Site};

/// Addresses that a sitemap may hold. Source: sitemaps.org, protocol 0.9, "Using Sitemap index files".
pub const MOST_URLS: usize = 50_000;

/// All pages that search engines should keep, as files with their names: one sitemap, or an index of that name and
/// sitemaps of `most` addresses. Source: sitemaps.org, protocol 0.9.
pub fn sitemaps<'h>(
    address: &Address,
    heads: impl IntoIterator<Item = &'h Head>,
    most: usize,
) -> Vec<(String, String)> {
    let urls: Vec<String> = heads.into_iter().filter_map(|head| url(head, address)).collect();
    if urls.len() <= most {
        return vec![("sitemap.xml".to_owned(), xml("urlset", &urls))];
    }
    let parts = urls.chunks(most).enumerate();
    let parts: Vec<_> = parts.map(|(idx, urls)| (format!("sitemap-{}.xml", idx + 1), xml("urlset", urls))).collect();
    let place = |name: &str| format!("<sitemap><loc>{}</loc></sitemap>", escape(&address.url(&format!("/{name}"))));
    let index: Vec<String> = parts.iter().map(|(name, _)| place(name)).collect();
    std::iter::once(("sitemap.xml".to_owned(), xml("sitemapindex", &index))).chain(parts).collect()
}

fn url(head: &Head, address: &Address) -> Option<String> {
    let changed = head.updated.as_ref().or(head.published.as_ref());
    let changed = changed.map(|day| format!("<lastmod>{day}</lastmod>")).unwrap_or_default();
    head.index.then(|| format!("<url><loc>{}</loc>{changed}</url>", escape(&address.url(&head.path))))
}

fn xml(root: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{lines}</{root}>\n"
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_of_too_many_addresses_is_cut_and_has_an_index() {
        let head = Head { path: "/about/".into(), index: true, ..Head::default() };
        let address = Address::new("https://example.org", "/repo").unwrap();
        let sitemaps = |n: usize| sitemaps(&address, std::iter::repeat_n(&head, n), 2);
        let whole = sitemaps(2);
        assert_eq!(whole.len(), 1);
        assert!(whole[0].0 == "sitemap.xml" && whole[0].1.matches("<url>").count() == 2, "{whole:?}");
        let cut = sitemaps(5);
        let counts: Vec<_> = cut.iter().map(|(name, xml)| (name.as_str(), xml.matches("<loc>").count())).collect();
        assert_eq!(counts, [("sitemap.xml", 3), ("sitemap-1.xml", 2), ("sitemap-2.xml", 2), ("sitemap-3.xml", 1)]);
        assert!(cut[0].1.contains("<sitemapindex ") && cut[0].1.ends_with("</sitemapindex>\n"), "{}", cut[0].1);
        assert!(cut[0].1.contains("<sitemap><loc>https://example.org/repo/sitemap-3.xml</loc></sitemap>"));
        assert!(cut[3].1.contains("<urlset ") && cut[3].1.contains("<loc>https://example.org/repo/about/</loc>"));
    }
}
