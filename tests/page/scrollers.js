// Everything that scrolls sideways inside itself: its class, and what a keyboard or a screen reader lacks in it.
() => {
  const classes = [], faults = [];
  for (const element of document.querySelectorAll("main *")) {
    const { overflowX: overflow, clipPath } = getComputedStyle(element);
    if (element.scrollWidth <= element.clientWidth + 1 || !element.clientWidth) continue;
    // For screen readers alone.
    if (clipPath === "inset(50%)") continue;
    if (overflow === "visible" || element.closest("svg, math")) continue;
    const place = element.outerHTML.slice(0, 100);
    if (!["auto", "scroll"].includes(overflow)) {
      faults.push(`cut off: ${place}`);
      continue;
    }
    classes.push(element.closest("[class]").className);
    if (element.tabIndex !== 0) faults.push(`not in the keyboard's way: ${place}`);
    if (!["region", "group"].includes(element.getAttribute("role"))) faults.push(`no region: ${place}`);
    if (!element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")) faults.push(`no label: ${place}`);
  }
  return [classes, faults];
}
