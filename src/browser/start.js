// Starts the client, and keeps the page a plain site if it cannot start or fails later.
// The same text stands inline in every page, so that one hash in the policy covers it.
const html = document.documentElement;
const fail = (why) => {
  // Nobody answers for the labs any more: their stills come back.
  document.querySelectorAll(".lab-stage").forEach(putStillBack);
  if (html.dataset.client === "failed") return;
  html.dataset.client = "failed";
  console.error(`The page goes on as a plain site: ${why}`);
};
const failed = () => html.dataset.client === "failed";
// These listeners come before the client's own. Once it has failed they keep it from events,
// so that links load pages and Back loads the page that it names.
addEventListener("click", (event) => failed() && event.stopImmediatePropagation(), true);
const isShown = () => {
  const shown = document.querySelector("link[rel=canonical]")?.href;
  return shown && new URL(shown).pathname === location.pathname;
};
addEventListener("popstate", (event) => {
  // The client may fail while it answers this very event: the address has changed by then, the page has not.
  if (!failed()) return void setTimeout(() => failed() && !isShown() && location.reload());
  event.stopImmediatePropagation();
  // An anchor of this page is the browser's own affair. For an entry that the client made (it has a
  // state) the document must come anew, since nobody knows what the failure left of this one.
  if (event.state !== null || !isShown()) location.reload();
}, true);
// An error that went through the client's code, a trap or an exception, left it in an unknown state.
// One line says so; what else the browser would report of it is kept back.
// One that went through a lab's module is that figure's affair: its trace names the instance, and the
// client puts the still back. The trace must reach down to the line that called the module.
Error.stackTraceLimit = 100;
const judge = (event, error) => {
  const trace = error?.stack ?? "";
  if (!(error instanceof WebAssembly.RuntimeError) && !/wasm/.test(trace)) return;
  event.preventDefault();
  if (!/\/lab-ui[^/]*\.(js|wasm)/.test(trace)) return fail(error.message);
  for (const stage of document.querySelectorAll(".lab-stage")) {
    if (!stage.labModule || !trace.includes(`${stage.labModule}:`)) continue;
    console.error(`The lab of one figure broke off: ${error.message}`);
    stage.labModule = undefined;
    // Later: what the dead module still does when its figure is cleared must find this listener at rest.
    setTimeout(() => stage.dispatchEvent(new CustomEvent("lab-failed", { bubbles: true })));
  }
};
addEventListener("error", (event) => judge(event, event.error));
addEventListener("unhandledrejection", (event) => judge(event, event.reason));
// What is read is kept for the time without a network; a module of its own sees to that, when the page is at rest. Not at
// an address of this machine alone, unless the site was built so.
const keeper = document.getElementById("offline-js");
if (keeper && navigator.serviceWorker && !navigator.connection?.saveData
  && (location.protocol === "https:" || keeper.dataset.anywhere)) {
  const rest = window.requestIdleCallback ?? setTimeout;
  addEventListener("load", () => setTimeout(() => rest(() => import(keeper.href).catch(() => {}), { timeout: 5000 }), 3000));
}
try {
  // A translator wraps text in <font>; taking such a page over would undo or break its work.
  if (document.querySelector("#root font")) throw new Error("its text was changed before the client came");
  const client = await import(document.getElementById("client-js").href);
  await client.default({ module_or_path: document.getElementById("client-wasm").href });
} catch (error) {
  fail(error?.message ?? error);
}
