// What a page's HTML links to, what a browser loads for it, and what can be the target of `#…`.
(html) => {
  const doc = new DOMParser().parseFromString(html, "text/html");
  const all = (selector, attribute) => [...doc.querySelectorAll(selector)].map((element) => element.getAttribute(attribute));
  const loading = "link:is([rel~=stylesheet], [rel~=preload], [rel~=modulepreload], [rel~=icon], [rel~=manifest])";
  return {
    links: [...all("a[href]", "href"), ...all("link[rel~=alternate]", "href"), ...all("meta[http-equiv=refresh]", "content").map((text) => text.split("url=")[1])],
    loads: [...all(loading, "href"), ...all("script[src], img[src], source[src], video[src], audio[src], iframe[src]", "src"),
      ...all("use[href], image[href]", "href")],
    anchors: [...all("[id]", "id"), "top"],
  };
}
