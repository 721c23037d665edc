// Brings an element into the window and gives its middle; null while there is none, or something lies over it.
(selector) => {
  const element = document.querySelector(selector);
  element?.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = element?.getClientRects()[0];
  if (!box) return null;
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(...middle);
  return top && element.contains(top) ? middle : null;
}
