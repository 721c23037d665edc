// The words of an article, apart from formulas, code, drawings and what the renderer adds.
() => {
  const left = "math, svg, .eq, .code, .fn, .back, .anchor, .note-title, .cite, .xref, .references";
  const inline = new Set(["A", "ABBR", "B", "CODE", "DEL", "EM", "I", "KBD", "S", "SMALL", "SPAN", "STRONG", "SUB", "SUP"]);
  let text = "";
  const walk = (node) => {
    if (node.nodeType === 3) { text += node.data; return; }
    if (node.nodeType !== 1) return;
    const apart = !inline.has(node.tagName);
    if (apart) text += "\n";
    if (node.matches(left)) text += " ";
    else node.childNodes.forEach(walk);
    if (apart) text += "\n";
  };
  document.querySelectorAll("main article > .seg").forEach(walk);
  return text;
}
