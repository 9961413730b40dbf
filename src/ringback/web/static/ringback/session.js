// The session on the page: a word before it ends, staying signed in, and locking. The server decides; this only says so.
"use strict";
(() => {
  const body = document.body, say = document.getElementById("js-words").dataset;
  if (!body.dataset.sessionLeft) return;
  const WARNING = Number(body.dataset.warning), IDLE = Number(body.dataset.idle);
  let due = Date.now() + Number(body.dataset.sessionLeft) * 1000, asked = 0, gone = false;
  const token = () => JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const left = () => Math.round((due - Date.now()) / 1000);

  // Where a form was: the server leads back there after asking for a factor.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.elements.from_page) return;
    const one = document.createElement("input");
    one.type = "hidden"; one.name = "from_page"; one.value = location.pathname + location.search;
    form.append(one);
    // Nothing of a patient stays on a screen that is being locked.
    if (form.matches("[data-lock]")) setTimeout(() => document.querySelector(".frame")?.classList.add("gone"), 0);
  }, true);
  body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.elt.matches("[data-live]") && event.detail.successful) due = Date.now() + IDLE * 1000;
  });

  async function ask(method, where) {
    try {
      const answer = await fetch(where, { method, headers: { "X-CSRFToken": token(), "HX-Request": "true", "HX-Current-URL": location.href }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 403) return leave();
      const said = await answer.json();
      if (said.locked) return leave();
      due = Date.now() + said.left * 1000;
      show();
    } catch { /* the connection is broken; the page says so elsewhere */ }
  }
  function leave() {
    if (gone) return;
    gone = true;
    clear();
    location.reload();
  }
  function clear() { document.querySelector(".frame")?.replaceChildren(); document.getElementById("toasts")?.replaceChildren(); }
  function lock() {
    if (gone) return;
    gone = true;
    clear();
    const form = document.createElement("form");
    form.method = "post"; form.action = body.dataset.lock;
    for (const [name, value] of [["csrfmiddlewaretoken", token()], ["from_page", location.pathname + location.search]]) {
      const one = document.createElement("input");
      one.type = "hidden"; one.name = name; one.value = value;
      form.append(one);
    }
    body.append(form);
    form.submit();
  }

  let box = null;
  function show() {
    const seconds = left();
    if (seconds > WARNING) { box?.remove(); box = null; return; }
    if (!box) {
      box = document.createElement("section");
      box.className = "ending"; box.setAttribute("role", "alertdialog"); box.setAttribute("aria-label", say.still);
      const words = document.createElement("p"), stay = document.createElement("button"), away = document.createElement("button");
      words.append(`${say.locks} `, document.createElement("b"), ".");
      stay.className = "button main"; stay.type = "button"; stay.textContent = say.stay; stay.dataset.action = "stay";
      away.className = "button"; away.type = "button"; away.textContent = say.lock;
      stay.addEventListener("click", () => ask("POST", body.dataset.stay));
      away.addEventListener("click", lock);
      box.append(words, stay, away);
      body.append(box);
      stay.focus();
    }
    box.querySelector("b").textContent = `${Math.max(0, seconds)} s`;
  }
  setInterval(() => {
    const seconds = left();
    if (seconds > WARNING || gone) { if (!gone) show(); return; }
    // Another tab may have been used meanwhile: the server knows.
    if (Date.now() - asked > 15000) { asked = Date.now(); ask("GET", body.dataset.still); }
    if (seconds <= 3) lock(); else show();
  }, 1000);
  window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
})();
