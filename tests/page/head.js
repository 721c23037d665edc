// What the client must keep true in a document's head.
(doc) => {
  const content = (selector) => [...doc.querySelectorAll(selector)].map((element) =>
    `${element.getAttribute("name") ?? element.getAttribute("property")}: ${element.getAttribute("content")}`);
  return [
    `title: ${doc.title}`,
    ...[...doc.querySelectorAll("link[rel=canonical]")].map((link) => `canonical: ${link.getAttribute("href")}`),
    ...content("meta[name=description]"),
    ...content("meta[property^='og:']"),
    ...content("meta[name^='twitter:']"),
  ].sort();
}
