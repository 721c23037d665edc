// Registers the worker that keeps the site for the time without a network, tells it what came before it, and offers a new
// version to a reader whose page is of an old one. Pages import this when they are at rest.

const { build } = document.getElementById("offline-js").dataset;
const { base } = document.documentElement.dataset;
const container = navigator.serviceWorker;
const hadNone = !container.controller;
let registration;

// The worker answers if it is of another build.
const tell = (worker) => {
  const resources = performance.getEntriesByType("resource").map(({ name }) => name);
  worker.postMessage({ build, met: [location.href, ...resources] });
};

const offer = (waiting) => {
  if (document.querySelector(".update")) return;
  const line = document.createElement("div");
  line.className = "update ui";
  line.setAttribute("role", "status");
  document.body.append(line);
  const button = document.createElement("button");
  button.className = "btn";
  button.type = "button";
  button.textContent = "Update";
  button.addEventListener("click", () => {
    button.disabled = true;
    // Another page may have asked for it before.
    if (waiting.state !== "installed") return location.reload();
    container.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("update");
  });
  // Later: what a region held from the start is not read aloud.
  setTimeout(() => line.append("There is a new version.", button), 100);
};

container.addEventListener("message", ({ data, source }) => {
  if (data === "update" && source === registration?.waiting) offer(source);
});
try {
  registration = await container.register(`${base}/sw.js`, { updateViaCache: "none" });
  const watch = (worker) => worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && registration.active) tell(worker);
  });
  registration.addEventListener("updatefound", () => watch(registration.installing));
  watch(registration.installing);
  if (registration.waiting) tell(registration.waiting);
  // By itself the browser may look for a new version a minute later.
  if (!hadNone) registration.update().catch(() => {});
  if (hadNone) tell((await container.ready).active);
} catch {
  // A browser that keeps nothing, or has no room left, shows the site as before.
}
