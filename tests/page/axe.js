// What axe finds on the page, by rule. Called with nothing, gives a promise.
//
// Most of what axe takes goes to the contrast of formulas, letter by letter. A formula of one colour, on the ground and in
// the ink of the first paragraph of the text, has that paragraph's contrast, which axe looks at; as long as it has no attribute
// that another rule could read either, axe is spared it.
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
  const spoken = "[role], [tabindex], [href], [title], [lang], [accesskey]";
  const isPlain = (math) => {
    const parts = [math, ...math.querySelectorAll("*")];
    return paper && ground(math) === paper && !math.matches(spoken) && !math.querySelector(spoken)
      && parts.every((it) => style(it).color === ink && isClear(it))
      && parts.every((it) => ![...it.attributes].some(({ name }) => name.startsWith("aria-")));
  };
  const exclude = [...document.querySelectorAll("math")].filter(isPlain);
  // It reads no MathML, so a table's heading that is a formula seems empty to it; screen readers do read it, and that
  // one finding is left out.
  const isTrue = (id, node) => id !== "empty-table-header" || !document.querySelector(node.target).querySelector("math");
  const told = (node) => node.any.concat(node.all, node.none).map(({ message }) => message).join("; ");
  return axe.run({ include: [document], exclude }, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) =>
      ({ id, nodes: nodes.filter((node) => isTrue(id, node)).map((node) => `${node.target}: ${told(node)}`) }))
      .filter(({ nodes }) => nodes.length));
}
