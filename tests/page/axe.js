// What axe finds on the page, by rule. Called with nothing, gives a promise.
//
// Most of what axe takes goes to contrast, letter by letter of a formula and word by word of a program. It is spared what
// looks like something that it looks at: a formula of one colour, on the ground and in the ink of the first paragraph of the
// text; a word of a program that looks like one before it.
() => {
  const style = (it) => getComputedStyle(it);
  const isClear = (it) => style(it).backgroundColor === "rgba(0, 0, 0, 0)" && style(it).opacity === "1";
  const ground = (it) => {
    let under = it;
    while (under && style(under).backgroundColor === "rgba(0, 0, 0, 0)") {
      if (style(under).opacity !== "1" || style(under).backgroundImage !== "none") return undefined;
      under = under.parentElement;
    }
    return under && style(under).backgroundColor;
  };
  const first = document.querySelector(".seg p");
  const [ink, paper] = first ? [style(first).color, ground(first)] : [];
  const isPlain = (math) => paper && ground(math) === paper
    && [math, ...math.querySelectorAll("*")].every((it) => style(it).color === ink && isClear(it));
  // Only what axe does look at speaks for others: a word with a text of its own, shown and not scrolled out of sight.
  const isSeen = (word) => word.checkVisibility() && [...word.childNodes].some(({ data }) => data?.trim())
    && word.getBoundingClientRect().right <= word.closest("pre").getBoundingClientRect().right;
  const looks = new Set();
  const isAgain = (word) => {
    const { color, fontSize, fontWeight } = style(word);
    const behind = ground(word);
    if (!behind || !isClear(word)) return false;
    const look = [color, behind, fontSize, fontWeight].join();
    if (looks.has(look)) return true;
    if (isSeen(word)) looks.add(look);
    return false;
  };
  const alike = [
    ...[...document.querySelectorAll("math")].filter(isPlain).flatMap((math) => [math, ...math.querySelectorAll("*")]),
    ...[...document.querySelectorAll("pre code span")].filter(isAgain),
  ];
  // Another theme may tell apart what looked alike.
  for (const it of document.querySelectorAll("[data-alike]")) it.removeAttribute("data-alike");
  for (const it of alike) it.setAttribute("data-alike", "");
  axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-alike])" }] });
  // It reads no MathML, so a table's heading that is a formula seems empty to it; screen readers do read it, and that
  // one finding is left out.
  const isTrue = (id, node) => id !== "empty-table-header" || !document.querySelector(node.target).querySelector("math");
  const told = (node) => node.any.concat(node.all, node.none).map(({ message }) => message).join("; ");
  return axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) =>
      ({ id, nodes: nodes.filter((node) => isTrue(id, node)).map((node) => `${node.target}: ${told(node)}`) }))
      .filter(({ nodes }) => nodes.length));
}
