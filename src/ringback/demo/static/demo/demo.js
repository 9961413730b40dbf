// The demo page: asks twice a second what changed and puts only that in place; moves the phone. No library.
"use strict";
const $ = (id) => document.getElementById(id);
const marks = {};
const seen = new Set();
let shift = 0;
let first = true;
let lastRun = null;
let asking = false;
let again = false;

const phone = () => $("holder").value;

function paint(name, html) {
  const place = document.querySelector(`[data-part="${name}"]`);
  const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  const stuck = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
  place.innerHTML = html;
  for (const one of place.querySelectorAll("details")) one.open = open.has(one.dataset.key);
  let fresh = false;
  for (const one of place.querySelectorAll("[data-key]")) {
    if (!seen.has(one.dataset.key)) {
      seen.add(one.dataset.key);
      if (!first) { one.classList.add("fresh"); fresh = true; }
    }
  }
  if (name === "wall") lay(place);
  if ((name === "thread" && (stuck || fresh)) || name === "stage") place.scrollTop = place.scrollHeight;
  if (name === "stage") place.querySelector("ol")?.scrollTo(0, 1e6);
  tick();
}

// Cards of different heights, newest first, each into the column that is shortest so far.
function lay(place) {
  const cards = [...place.querySelectorAll(".case")];
  const count = Math.max(1, Math.min(4, Math.floor((place.clientWidth + 14) / 334)));
  place.classList.toggle("laid", cards.length > 0);
  if (!cards.length) return;
  const columns = Array.from({ length: count }, () => Object.assign(document.createElement("div"), { className: "column" }));
  place.replaceChildren(...columns);
  for (const card of cards) {
    columns.reduce((low, one) => (one.offsetHeight < low.offsetHeight - 1 ? one : low)).append(card);
  }
}

async function look() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const have = Object.entries(marks).map(([name, mark]) => `${name}:${mark}`).join(",");
    const answer = await fetch(`/demo/live?phone=${encodeURIComponent(phone())}&have=${encodeURIComponent(have)}`);
    if (answer.redirected || answer.status === 403) { location.reload(); return; }
    if (!answer.ok) throw new Error("away");
    const said = await answer.json();
    shift = Date.parse(said.now) - Date.now();
    for (const [name, part] of Object.entries(said.parts)) { marks[name] = part.mark; paint(name, part.html); }
    if (said.run !== lastRun) {
      lastRun = said.run;
      for (const one of document.querySelectorAll("[data-scene]")) one.classList.toggle("on", one.dataset.scene === said.scene);
    }
    if (said.phone && said.phone !== phone() && said.phone !== hold.followed) hold(said.phone);
    hold.followed = said.phone;
    document.body.dataset.live = "yes";
    first = false;
  } catch { document.body.dataset.live = "no"; }
  asking = false;
  if (again) { again = false; look(); }
}

function hold(number) {
  $("holder").value = number;
  delete marks.thread;
  closeBrowser();
  look();
}

async function send(what, fields) {
  const body = new URLSearchParams({ phone: phone(), ...fields });
  const answer = await fetch(`/demo/${what}`, {
    method: "POST", body, headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
  });
  look();
  return answer.ok;
}

// ---- the clock ----
const zone = $("clock").dataset.zone;
const wall = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", second: "2-digit", timeZone: zone });
const short = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", timeZone: zone });
const day = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "short", day: "numeric", timeZone: zone });

function left(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s:`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min:`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ""}:`;
  return `${Math.round(hours / 24)} days:`;
}

function tick() {
  const now = new Date(Date.now() + shift);
  $("clock").textContent = wall.format(now);
  $("date").textContent = day.format(now);
  $("phone-clock").textContent = short.format(now).replace(/ [AP]M/, "");
  for (const one of document.querySelectorAll("[data-until]")) one.textContent = left(Date.parse(one.dataset.until) - now);
}

// ---- the phone ----
const CALLS = {
  ring_out: ["ringing…", 2200, "no answer"], hang_up: ["ringing…", 1600, "call ended"], busy: ["calling…", 1500, "line busy"],
  voicemail: ["ringing…", 1900, "leaving a message…"], answered: ["ringing…", 1800, "connected"],
};
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function ring(kind) {
  $("sheet").hidden = true;
  const [words, time, end] = CALLS[kind];
  const screen = $("calling");
  screen.className = "calling";
  $("calling-words").textContent = words;
  screen.hidden = false;
  await send("call", { kind, to: $("to").value, words: kind === "voicemail" ? $("voice").value : "" });
  await wait(time);
  $("calling-words").textContent = end;
  screen.classList.add(kind === "answered" || kind === "voicemail" ? "talk" : "over");
  await wait(kind === "answered" || kind === "voicemail" ? 1600 : 800);
  screen.hidden = true;
}

function openBrowser(address) {
  $("browser-host").textContent = new URL(address, location).host;
  $("frame").src = address;
  $("browser").hidden = false;
}
function closeBrowser() { $("browser").hidden = true; $("frame").src = "about:blank"; }

$("dialer").addEventListener("click", () => { $("sheet").hidden = !$("sheet").hidden; });
$("sheet-close").addEventListener("click", () => { $("sheet").hidden = true; });
$("browser-close").addEventListener("click", () => { closeBrowser(); look(); });
$("holder").addEventListener("change", () => hold(phone()));
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = $("words").value.trim();
  if (body) { $("words").value = ""; send("text", { body }); }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-link]");
  if (link) { event.preventDefault(); openBrowser(link.href); return; }
  const button = event.target.closest("button");
  if (!button) return;
  const { call, quick, move, scene, ack, done } = button.dataset;
  if (call) ring(call);
  else if (quick) send("text", { body: quick });
  else if (move) send("clock", { to: move });
  else if (scene) { $("sheet").hidden = true; send("scene", { name: scene }); }
  else if (ack) { button.disabled = true; send("acknowledge", { notice: ack }); }
  else if (done) { button.disabled = true; send("task", { case: button.dataset.case, task: done, disposition: "reached" }); }
  else if (button.id === "reset") { closeBrowser(); send("reset", {}); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { $("sheet").hidden = true; closeBrowser(); } });

let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; lay($("wall")); } });
document.body.classList.add("fresh-page");
look();
setInterval(look, 500);
setInterval(tick, 1000);
