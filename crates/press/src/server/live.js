// Put in by the preview server only: reloads the page after a build, shows what is wrong with a failed one.
{
  let shown;
  let built;

  const show = (text) => {
    shown?.remove();
    shown = document.createElement("aside");
    const root = shown.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { position: fixed; inset: auto 0 0 0; z-index: 9999; max-height: 70vh; overflow: auto;
        padding: 1rem 1.25rem; background: #2a1512; color: #fbeee9; border-top: 3px solid #f0987c; }
      pre { margin: 0; font: 14px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
      button { float: right; font: inherit; color: inherit; background: none; border: 1px solid; padding: 0 .6em; cursor: pointer; }
    `);
    root.adoptedStyleSheets = [sheet];
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => shown.remove());
    const words = document.createElement("pre");
    words.setAttribute("role", "alert");
    words.textContent = text;
    root.append(close, words);
    // Beside the body, where the client's own nodes are not.
    document.documentElement.append(shown);
  };

  const events = new EventSource("/__live");
  events.addEventListener("built", (event) => {
    if (built !== undefined && built !== event.data) location.reload();
    built = event.data;
  });
  events.addEventListener("failed", (event) => {
    built = "failed";
    show(event.data);
  });
}
