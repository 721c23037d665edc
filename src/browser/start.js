// Starts the client, and keeps the page a plain site if it cannot start or fails later.
// The same text stands inline in every page, so that one hash in the policy covers it.
const html = document.documentElement;
const fail = (why) => {
  if (html.dataset.client === "failed") return;
  html.dataset.client = "failed";
  console.error(`The page goes on as a plain site: ${why}`);
};
const failed = () => html.dataset.client === "failed";
// These listeners come before the client's own. Once it has failed they keep it from events,
// so that links load pages and Back loads the page that it names.
addEventListener("click", (event) => failed() && event.stopImmediatePropagation(), true);
addEventListener("popstate", (event) => {
  if (!failed()) return;
  event.stopImmediatePropagation();
  location.reload();
}, true);
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) fail(event.message);
});
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof WebAssembly.RuntimeError) fail(event.reason.message);
});
try {
  // A translator wraps text in <font>; taking such a page over would undo or break its work.
  if (document.querySelector("#root font")) throw new Error("its text was changed before the client came");
  const client = await import(document.getElementById("client-js").href);
  await client.default({ module_or_path: document.getElementById("client-wasm").href });
} catch (error) {
  fail(error?.message ?? error);
}
