// A page's <main> as a list of tags and texts: comments are dropped, attributes stand in the order of their
// names, and the marks that the client sets while the reader moves (aria-current in the contents) are left out.
// Where a lab has woken, its stage counts as what it was before.
(main) => {
  const pieces = [];
  const text = (data) => {
    if (!data) return;
    const last = pieces.length - 1;
    if (last >= 0 && pieces[last].startsWith("T")) pieces[last] += data;
    else pieces.push(`T${data}`);
  };
  const isMark = (element, name) => name === "aria-current" && element.closest(".toc");
  const walk = (node) => {
    if (node.nodeType === 3) return text(node.data);
    if (node.nodeType !== 1) return;
    const attributes = [...node.attributes]
      .filter(({ name }) => !isMark(node, name))
      .map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`)
      .sort();
    pieces.push(`<${node.namespaceURI.endsWith("xhtml") ? "" : "·"}${node.localName}${attributes.join("")}>`);
    if (node.labStill) {
      const still = document.createElement("div");
      still.innerHTML = node.labStill;
      still.childNodes.forEach(walk);
    } else {
      node.childNodes.forEach(walk);
    }
    pieces.push(`</${node.localName}>`);
  };
  main.childNodes.forEach(walk);
  return pieces;
}
