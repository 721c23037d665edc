// Keeps the site for the time without a network. `press` writes `const build = …` before this text: the build's id, and
// the files that a reader needs of it.
//
// One build, one cache: what its pages are made of, and what its reader has met. It is full before the worker of that
// build takes over, and holds no page of another; so a kept page never lacks a file that it names.

const scope = new URL(registration.scope);
const prefix = `offline ${scope.pathname} `;
const name = prefix + build.id;
const url = (path) => new URL(path, scope).href;
const pathOf = ({ pathname }) => pathname.slice(scope.pathname.length);
// Put in last: a cache that has it lacks nothing.
const whole = url("?whole");
// How long, in milliseconds, a reader waits for the network who could have what is kept.
const patience = 4000;

// Files named by their contents are the same in every build. Trunk writes no zeros before the first digit.
const isNamed = (path) => /^([^/]+-[0-9a-f]{9,16}(_bg)?\.\w+$|search\/[0-9a-f]{16}\/)/.test(path);
// Feeds are read elsewhere; the model's files are asked for by ranges, and kept by the lab.
const isLeft = (path) => /^(pocket-.*|feed\.json|[^/]*\.(xml|txt))$/.test(path);

const own = (path) => caches.match(url(path), { cacheName: name });
const kept = (path) => isNamed(path) ? caches.match(url(path)) : own(path);
const others = async () => (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
const paths = async (cache) =>
  (await cache.keys()).map((request) => new URL(request.url)).filter(({ search }) => !search).map(pathOf);

// Puts an answer into this build's cache, and gives what belongs to it: what the labs of a page need, and the data of an
// article, by which its client shows it without loading its page. (Not where the page has a policy of its own.)
const put = async (path, answer) => {
  const isText = answer.headers.get("content-type")?.startsWith("text/html") || path.endsWith("/post.json");
  const text = isText ? await answer.clone().text() : "";
  // The glossary's body is none.
  const isPage = /^<!doctype/i.test(text);
  // A page that only leads on.
  if (isPage && !text.includes("data-build=")) return [];
  if (isPage && !text.includes(`data-build="${build.id}"`)) throw new Error(`/${path} is of another build`);
  const isKnown = isPage && await (await own(path))?.text() === text;
  if (!isKnown) await (await caches.open(name)).put(url(path), answer);
  if (text.includes('id="lm-worker-js"')) return build.language;
  const isList = /^(page|tags|archive|series)\//.test(path);
  const data = isKnown || !isPage ? [] : isList ? [`posts/_lists/${path}index.json`]
    : /^posts\/[^/]+\/$/.test(path) ? [`${path}index.md`, `${path}post.json`] : [];
  return / data-lab="|"live_labs":[1-9]/.test(text) ? [...data, ...build.labs] : data;
};

// Brings files into this build's cache, and fails unless all come. What a reader met once may be gone by now.
const bring = async (wanted, cache, mayBeGone) => {
  const done = await Promise.allSettled(wanted.map(async (path) => {
    if (isNamed(path) && await own(path)) return [];
    const answer = isNamed(path) && await kept(path) || await fetch(url(path), { cache });
    if (mayBeGone && (answer.status === 404 || answer.redirected)) return [];
    if (!answer.ok) throw new Error(`/${path} answers ${answer.status}`);
    return put(path, answer);
  }));
  // Only now, when nothing is under way any more that would put a file into a cache given up.
  const failed = done.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  const more = [...new Set(done.flatMap(({ value }) => value))].filter((path) => !wanted.includes(path));
  if (more.length) await bring(more, cache, mayBeGone);
};

const install = async () => {
  if (await caches.match(whole, { cacheName: name })) return;
  try {
    const met = [];
    for (const other of await others()) {
      const cache = await caches.open(other);
      if (await cache.match(whole)) met.push(...await paths(cache));
    }
    await bring(build.files, "no-cache");
    const more = new Set(met.filter((path) => !isNamed(path) && !build.files.includes(path)));
    await bring([...more], "no-cache", true);
    await (await caches.open(name)).put(whole, new Response());
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
};

const activate = async () => {
  for (const other of await others()) {
    const cache = await caches.open(other);
    for (const path of await paths(cache)) {
      // What was met while this worker waited.
      if (!isNamed(path) && !await own(path)) await put(path, await cache.match(url(path))).catch(() => {});
    }
    await caches.delete(other);
  }
  await clients.claim();
};

const fetched = async (event, path) => {
  // A page out of the browser's own cache may be of a build whose files are gone.
  const answer = await fetch(event.request, event.request.mode === "navigate" ? { cache: "no-cache" } : {});
  if (answer.status === 200 && answer.type === "basic" && !answer.redirected && !isLeft(path)) {
    // A store that is full, or a page of another build: then this is not kept, and what is kept stays.
    event.waitUntil(put(path, answer.clone()).then((more) => bring(more)).catch(() => {}));
  }
  return answer;
};

// Under the address that was asked for, which decides what a module or a search is.
const as = ({ url }, answer) => (url === answer.url ? answer : new Response(answer.body, answer));

const answer = async (event, path) => {
  const copy = await kept(path);
  if (copy && (isNamed(path) || path.endsWith(".woff2"))) return as(event.request, copy);
  const network = fetched(event, path).catch(() => undefined);
  event.waitUntil(network);
  const limit = new Promise((done) => setTimeout(done, patience));
  const fresh = await (copy ? Promise.race([network, limit]) : network);
  if (fresh && !(copy && fresh.status >= 500)) return fresh;
  if (copy) return as(event.request, copy);
  if (event.request.mode !== "navigate") return Response.error();
  if (path && await own(`${path}/`)) return Response.redirect(url(`${path}/`));
  const instead = await own(build.instead);
  return instead ? new Response(instead.body, { status: 503, headers: instead.headers }) : Response.error();
};

// A page says of which build it is and what it has met, since the worker may have come after it.
const hear = async ({ data, source }) => {
  if (data === "update") return skipWaiting();
  if (data.build !== build.id) return source.postMessage("update");
  await Promise.all(data.met.map(async (address) => {
    const path = pathOf(new URL(address));
    if (address.startsWith(scope.href) && !isLeft(path) && !await own(path)) {
      await bring([path], "force-cache").catch(() => {});
    }
  }));
  // Where no page of an old build is open, nobody needs to be asked.
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.filter(({ url }) => url.startsWith(scope.href)).length === 1) await skipWaiting();
};

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.waitUntil(hear(event)));
addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  const isOurs = url.startsWith(scope.href) && method === "GET";
  if (!isOurs || headers.has("range") || headers.get("accept") === "text/event-stream") return;
  event.respondWith(answer(event, pathOf(new URL(url))));
});
