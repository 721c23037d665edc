// Runs in every document before its own scripts, and keeps what a test asks for later:
// how the layout moved, what the policy refused, and what changed in the page while the client took it over.
(() => {
  const seen = {
    shifts: [],
    violations: [],
    changes: [],
    labChanges: 0,
    attributes: [],
    themeAtBody: undefined,
    isTakenOver: false,
    largestPaint: 0,
    longTasks: [],
  };
  window.seen = seen;

  const name = (node) => {
    if (!node) return "nothing";
    if (node.nodeType === Node.TEXT_NODE) return JSON.stringify(node.data.slice(0, 60));
    if (node.nodeType === Node.COMMENT_NODE) return `<!--${node.data}-->`;
    const place = node.id ? `#${node.id}` : node.className ? `.${String(node.className.baseVal ?? node.className)}` : "";
    return `<${node.localName}${place}>`;
  };

  const observe = (type, keep) =>
    new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({ type, buffered: true });
  observe("layout-shift", (entry) => {
    const moved = entry.sources.map(({ node, previousRect: from, currentRect: to }) =>
      `${name(node)} in ${name(node?.parentNode)} ${[from.x, from.y, from.width, from.height]} → ${[to.x, to.y, to.width, to.height]}`);
    if (!entry.hadRecentInput) seen.shifts.push({ value: entry.value, at: entry.startTime, moved });
  });
  observe("largest-contentful-paint", (entry) => { seen.largestPaint = entry.startTime; });
  observe("longtask", (entry) => seen.longTasks.push({ at: entry.startTime, ms: entry.duration }));

  document.addEventListener("securitypolicyviolation", (event) =>
    seen.violations.push(`${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`));

  // Whatever stands on the root element when <body> begins is there before anything is painted.
  const body = new MutationObserver(() => {
    if (!document.body) return;
    seen.themeAtBody = document.documentElement.dataset.theme ?? "none";
    body.disconnect();
  });
  body.observe(document, { childList: true, subtree: true });

  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    const root = document.getElementById("root");
    if (!root) return;
    const changes = new MutationObserver((records) => records.forEach((record) => {
      // A lab that is near from the start wakes at once; that is no part of the take-over.
      const of = record.target.nodeType === Node.ELEMENT_NODE ? record.target : record.target.parentElement;
      if (!of || of.closest(".lab-stage")) {
        seen.labChanges += 1;
        return;
      }
      if (record.type === "attributes") {
        const value = record.target.getAttribute(record.attributeName);
        seen.attributes.push({ of: name(record.target), attribute: record.attributeName, from: record.oldValue, to: value });
      } else if (record.type === "characterData") {
        seen.changes.push(`text ${JSON.stringify(record.oldValue)} → ${name(record.target)} in ${name(record.target.parentNode)}`);
      } else {
        const list = (nodes) => [...nodes].map(name).join(", ") || "nothing";
        seen.changes.push(`${name(record.target)}: + ${list(record.addedNodes)} − ${list(record.removedNodes)}`);
      }
    }));
    changes.observe(root, {
      subtree: true, childList: true, characterData: true, characterDataOldValue: true, attributes: true, attributeOldValue: true,
    });
    const client = new MutationObserver(() => {
      if (document.documentElement.dataset.client !== "ready") return;
      client.disconnect();
      setTimeout(() => { changes.disconnect(); seen.isTakenOver = true; }, 300);
    });
    client.observe(document.documentElement, { attributes: true, attributeFilter: ["data-client"] });
  });
})();
