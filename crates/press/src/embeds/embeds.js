// Answers the buttons of what other sites add to an article: comments, how often it was read, "count my visit".
// Nothing is asked of another site before its button is pressed. Comments are a frame of giscus, with which the page
// exchanges messages; none of its scripts runs here. Sources: giscus, `client.ts` and `lib/types/giscus.ts`;
// GoatCounter, "Visitor counter" and "Tracking pixel".

const html = document.documentElement;
// How long, in milliseconds, a frame may stay silent: in all, and once it has loaded, which a browser's own page about a
// failure does at once.
const patience = 20000;
const silence = 4000;

// What the reader's browser keeps, where it keeps anything.
const keep = (store, key, value) => {
  try {
    const old = self[store][key];
    if (value === null) delete self[store][key];
    else if (value !== undefined) self[store][key] = value;
    return old;
  } catch {}
};
// Under the name, and in the form, in which giscus's own script keeps it.
const session = (value) => {
  const kept = keep("localStorage", "giscus-session", value && JSON.stringify(value));
  try {
    return value ?? JSON.parse(kept ?? '""');
  } catch {}
};

const isDark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => html.dataset.theme ?? (isDark.matches ? "dark" : "light");
const meta = (name) => document.querySelector(`meta[${name}]`)?.content ?? "";
const tell = (section, words) => { section.querySelector("[role=status]").textContent = words; };
// What the button says while nothing is under way is kept, since it says other things in between, and so is its width.
const label = (button, words) => {
  button.dataset.words ??= button.textContent;
  button.style.minWidth ||= `${button.offsetWidth}px`;
  button.textContent = words ?? button.dataset.words;
};
const fail = (section, button) => {
  const host = section.dataset.site.replace(/.*\//, "");
  tell(section, navigator.onLine
    ? `${host} did not answer, or something in this browser or network blocks it.`
    : `${host} cannot be reached: this device is offline.`);
  label(button, "Try again");
};

// The frame that stands in the page, and what belongs to it.
let shown;

const open = (section, button) => {
  const here = new URL(location);
  here.hash = "";
  const { site, frame, mapping } = section.dataset;
  const url = new URL(frame);
  const terms = {
    pathname: location.pathname.slice(1).replace(/\.\w+$/, "") || "index",
    url: here.href,
    title: document.title,
    "og:title": meta("property='og:title'"),
  };
  const more = {
    origin: `${here}#comments`,
    backLink: here.href,
    session: session() ?? "",
    theme: theme(),
    description: meta("property='og:description'"),
    term: terms[mapping],
  };
  for (const name in more) url.searchParams.set(name, more[name]);
  const element = document.createElement("iframe");
  element.title = "Comments";
  element.allow = "clipboard-write";
  element.src = url;
  const mine = { element, section, button, site, theme: more.theme };
  const giveUp = () => {
    if (shown !== mine || mine.isAlive) return;
    close();
    fail(section, button);
  };
  setTimeout(giveUp, patience);
  element.addEventListener("load", () => setTimeout(giveUp, silence));
  shown = mine;
  section.append(element);
  label(button, "Hide the comments");
  tell(section, "Loading…");
  // A sign-in leads away and comes back with its result in the address; nobody else's is taken.
  keep("sessionStorage", "embeds-signing", "in");
};

const close = () => {
  shown.element.remove();
  label(shown.button);
  tell(shown.section, "");
  shown = undefined;
};

const hear = ({ data, origin, source }) => {
  const isTheirs = source && source === shown?.element.contentWindow && origin === new URL(shown.site).origin;
  const said = isTheirs && data?.giscus;
  if (!said) return;
  if (!shown.isAlive) tell(shown.section, "");
  shown.isAlive = true;
  if (said.resizeHeight > 0) shown.element.height = Math.ceil(said.resizeHeight);
  const { section, button } = shown;
  if (said.signOut || /Bad credentials|Invalid state value|State has expired/.test(said.error)) {
    // Once: who is not signed in has no state that could expire again.
    if (!session()) return;
    session(null);
    close();
    open(section, button);
  } else if (said.error && !said.error.includes("Discussion not found")) {
    // That nobody has written yet is no failure.
    tell(section, `giscus says: ${said.error}`);
  }
  light();
};

const light = () => {
  if (!shown?.element.isConnected || !shown.isAlive || shown.theme === theme()) return;
  shown.theme = theme();
  shown.element.contentWindow.postMessage({ giscus: { setConfig: { theme: shown.theme } } }, shown.site);
};

const ask = (site, path, query) => fetch(`${site}${path}${query ? `?${new URLSearchParams(query)}` : ""}`,
  { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", signal: AbortSignal.timeout(patience) });

const answers = {
  comments: async (section, button) => {
    if (shown && !shown.element.isConnected) shown = undefined;
    shown ? close() : open(section, button);
  },
  count: async (section, button) => {
    const answer = await ask(section.dataset.site, `/counter/${encodeURIComponent(location.pathname)}.json`);
    // Of a page that it has never met the counter says so.
    if (!answer.ok && answer.status !== 404) throw answer.status;
    const { count } = await answer.json();
    tell(section, answer.ok ? `Visits counted so far: ${count}` : "No visit has been counted yet.");
    label(button);
  },
  visit: async (section, button) => {
    const { pathname: p } = location;
    const answer = await ask(section.dataset.site, "/count", { p, t: document.title, rnd: Date.now() });
    if (!answer.ok) throw answer.status;
    tell(section, "Your visit is counted. The number shows it within four hours.");
    label(button, "Counted");
    button.setAttribute("aria-disabled", "true");
  },
};

const answer = async (button, isSecond) => {
  const section = button.closest(".embed");
  const { site } = section.dataset;
  if (section.ariaBusy || button.ariaDisabled) return;
  // A document keeps the policy that it came with: if it came as another page's, the article must come as one.
  if (!meta("http-equiv=Content-Security-Policy").split(/[ ;]+/).includes(site)) {
    if (isSecond) return fail(section, button);
    keep("sessionStorage", "embeds-ask", button.dataset.ask);
    return location.reload();
  }
  section.ariaBusy = "true";
  try {
    await answers[button.dataset.ask](section, button);
  } catch {
    fail(section, button);
  }
  section.ariaBusy = null;
};

addEventListener("message", hear);
addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-ask]");
  if (button) answer(button);
});
isDark.addEventListener("change", light);

// Back from signing in, or loaded anew for what the reader has asked for.
const here = new URL(location);
const token = here.searchParams.get("giscus");
let due = keep("sessionStorage", "embeds-ask", null);
if (token) {
  here.searchParams.delete("giscus");
  history.replaceState(history.state, "", here);
  if (keep("sessionStorage", "embeds-signing", null)) {
    session(token);
    due = "comments";
  }
}
const begin = () => {
  light();
  if (!due || html.dataset.client !== "ready") return;
  const button = document.querySelector(`[data-ask="${due}"]`);
  due = undefined;
  // Later: the client first reads what the page came with.
  setTimeout(() => {
    if (!button) return;
    button.closest(".embed").querySelector("h2").focus({ preventScroll: true });
    answer(button, true);
  });
};
new MutationObserver(begin).observe(html, { attributeFilter: ["data-theme", "data-client"] });
html.dataset.embeds = "ready";
begin();
