// What must appear by itself: the stream says that something changed, the page asks for its pieces again (htmx).
// Clocks run here; nothing of a patient passes through the stream. No library but htmx.
"use strict";
const root = document.documentElement;
const body = document.body;
// Words come from the page, in the reader's language.
const say = document.getElementById("js-words")?.dataset || {};

// ---- appearance -------------------------------------------------------------------------------------------------
function keep(name, value) { try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch { /* private window */ } }
function kept(name) { try { return localStorage.getItem(name) || ""; } catch { return ""; } }
function dress() {
  const theme = kept("theme"), compact = kept("density") === "compact";
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  if (compact) root.dataset.density = "compact"; else delete root.dataset.density;
  for (const one of document.querySelectorAll("[data-set-theme]")) one.setAttribute("aria-pressed", String(one.dataset.setTheme === theme));
  for (const one of document.querySelectorAll("[data-density]")) if (one !== root) one.setAttribute("aria-pressed", String(compact));
}
dress();
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-theme], button[data-density]");
  if (!button) return;
  if ("setTheme" in button.dataset) keep("theme", button.dataset.setTheme);
  else keep("density", kept("density") === "compact" ? "" : "compact");
  dress();
});

// ---- clocks -----------------------------------------------------------------------------------------------------
let shift = Date.parse(body.dataset.now) - Date.now();
const two = (number) => String(number).padStart(2, "0");
function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} ${say.days || "days"}`;
}
function tick() {
  const now = Date.now() + shift;
  for (const one of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(one.dataset.since)) / 1000));
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    one.textContent = hours >= 48 ? span(seconds) : hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }
  for (const one of document.querySelectorAll("[data-left]")) {
    const left = (Date.parse(one.dataset.left) - now) / 1000;
    const words = left > 0 ? (say.soon || "in %(span)s").replace("%(span)s", span(left)) : (say.late || "%(span)s late").replace("%(span)s", span(-left));
    if (one.textContent !== words) one.textContent = words;
  }
}
tick();
setInterval(tick, 1000);

// ---- the stream -------------------------------------------------------------------------------------------------
const page = document.querySelector("[data-page-case]");
let mark = "", stream = null;
function changed() { htmx.trigger(body, "changed"); }
function listen() {
  if (!body.dataset.events || !window.EventSource) return;
  stream?.close();
  stream = new EventSource(body.dataset.events);
  stream.addEventListener("look", (event) => {
    body.dataset.live = "yes";
    const said = JSON.parse(event.data);
    shift = Date.parse(said.now) - Date.now();
    if (mark && said.mark !== mark) changed();
    mark = said.mark;
  });
  stream.addEventListener("end", () => { stream.close(); location.reload(); });
  let failing = 0;
  stream.onerror = () => {
    clearTimeout(failing);
    failing = setTimeout(() => { if (stream.readyState !== EventSource.OPEN) body.dataset.live = "no"; }, 4000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
  stream.onopen = () => { clearTimeout(failing); if (body.dataset.live === "no") changed(); body.dataset.live = "yes"; };
}
listen();
// A cable pulled is known before the stream notices; what is typed stays where it is.
addEventListener("offline", () => { body.dataset.live = "no"; });
addEventListener("online", listen);

// ---- pieces come and go: what is open stays open, what is typed stays typed ----------------------------------------
const holding = new Map();
const known = new Set([...document.querySelectorAll("[data-key]")].map((one) => one.dataset.key));
function typed(piece) {
  // What is being listened to plays on as what is typed stays typed.
  if ([...piece.querySelectorAll("audio")].some((one) => !one.paused && !one.ended)) return true;
  return [...piece.querySelectorAll("textarea, input[type=text]")].some((one) => one.value !== one.defaultValue) || (piece.contains(document.activeElement) && document.activeElement.matches("textarea, select, input:not([type=hidden])"));
}
body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[data-live]") && typed(event.detail.elt)) { event.preventDefault(); holding.set(event.detail.elt.id, true); }
});
for (const left of ["focusout", "pause", "ended"]) document.addEventListener(left, () => setTimeout(() => {
  for (const id of [...holding.keys()]) {
    const piece = document.getElementById(id);
    if (piece && !typed(piece)) { holding.delete(id); htmx.trigger(body, "changed"); return; }
  }
}, 150), true);
body.addEventListener("htmx:beforeSwap", (event) => {
  const piece = event.detail.target;
  piece.openKeys = [...piece.querySelectorAll("details[open]")].map((one) => one.dataset.key);
  piece.scrolled = window.scrollY;
});
body.addEventListener("htmx:afterSwap", (event) => {
  const piece = event.detail.target;
  for (const one of piece.querySelectorAll("details")) if ((piece.openKeys || []).includes(one.dataset.key)) one.open = true;
  for (const one of piece.querySelectorAll("[data-key]")) if (!known.has(one.dataset.key)) { known.add(one.dataset.key); one.classList.add("fresh"); }
  tick();
});
body.addEventListener("htmx:afterRequest", (event) => {
  // A box that asks for something while one types in it (the linter) has sent nothing.
  const form = event.detail.elt.matches("form, button") && event.detail.elt.closest("form");
  if (form && event.detail.successful) { form.reset(); form.closest("details")?.removeAttribute("open"); }
});
for (const name of ["htmx:sendError", "htmx:responseError"]) body.addEventListener(name, (event) => {
  if (event.detail.elt.matches("[data-live]")) return;
  toast(event.detail.xhr?.status === 403 ? say.denied : say.failed, "bad");
});

// ---- short words ------------------------------------------------------------------------------------------------
function toast(words, tone = "") {
  const one = document.createElement("div");
  one.className = `toast ${tone}`;
  one.textContent = words;
  document.getElementById("toasts").append(one);
  setTimeout(() => one.remove(), 6000);
}
body.addEventListener("said", (event) => toast(event.detail.words, event.detail.tone));
for (const one of document.querySelectorAll("[data-toast]")) setTimeout(() => one.remove(), 7000);
