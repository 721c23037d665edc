// `offline = false` stands in blog.toml: what workers of this site kept in readers' browsers goes, and so do they.
// Browsers ask for this file when a page is opened, so it has to stay where it is.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const prefix = `offline ${new URL(registration.scope).pathname} `;
  const kept = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(kept.map((name) => caches.delete(name)));
  await registration.unregister();
})()));
