// Tasks: what is ticked stays ticked while the lists change by themselves; a card dropped on a person is handed over; the
// window of an undo runs down, and what waited for it is finished. The server decides all of it: this page may close any time.
"use strict";
(() => {
  const bulk = document.getElementById("bulk");
  const lists = document.getElementById("lists");
  const ticked = new Set();
  const boxes = () => [...document.querySelectorAll("input[name=pick]")];

  function show() {
    if (!bulk) return;
    for (const box of boxes()) { box.checked = ticked.has(box.value); box.closest(".ticket").classList.toggle("ticked", box.checked); }
    bulk.hidden = ticked.size === 0;
    bulk.querySelector("[data-picked]").textContent = String(ticked.size);
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("input[name=pick]")) return;
    if (box.checked) ticked.add(box.value); else ticked.delete(box.value);
    show();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-clear]")) { ticked.clear(); show(); boxes()[0]?.focus(); }
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.closest("form") === bulk && bulk && event.detail.successful) { ticked.clear(); show(); }
  });

  // ---- cards onto people --------------------------------------------------------------------------------------------
  let held = "", gripped = false, missed = false;
  // A list that changed under a card in the hand would take the card away: it waits until the card is let go.
  function letGo() {
    gripped = false; held = "";
    for (const one of document.querySelectorAll(".dragged, .over")) one.classList.remove("dragged", "over");
    if (missed) { missed = false; htmx.trigger(document.body, "changed"); }
  }
  document.addEventListener("pointerdown", (event) => { gripped = Boolean(event.target.closest?.(".board .ticket[draggable=true]")); });
  document.addEventListener("pointerup", () => { if (!held) letGo(); });
  for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) document.body.addEventListener(name, (event) => {
    if (gripped && lists && (event.detail.target === lists || event.detail.elt === lists)) { event.preventDefault(); missed = true; }
  });
  function arm() {
    const can = Boolean(document.querySelector("[data-drop]"));
    for (const card of document.querySelectorAll(".board .ticket")) if (can) card.draggable = true;
  }
  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".board .ticket[draggable=true]");
    if (!card) return;
    held = card.dataset.pick;
    card.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "task");
  });
  document.addEventListener("dragend", letGo);
  document.addEventListener("dragover", (event) => {
    const column = held && event.target.closest?.("[data-drop]");
    for (const one of document.querySelectorAll(".column.over")) if (one !== column) one.classList.remove("over");
    if (column) { event.preventDefault(); column.classList.add("over"); }
  });
  document.addEventListener("drop", (event) => {
    const column = held && event.target.closest?.("[data-drop]");
    if (!column || !bulk) return;
    event.preventDefault();
    htmx.ajax("POST", bulk.action, { source: document.body, swap: "none", values: { act: "hand", to: column.dataset.drop, pick: held } });
  });

  // ---- the window of an undo ------------------------------------------------------------------------------------------
  const ends = new Map();
  function windows() {
    for (const act of document.querySelectorAll(".act")) {
      if (!ends.has(act.dataset.key)) ends.set(act.dataset.key, Date.now() + Number(act.dataset.seconds) * 1000 + 800);
      const left = ends.get(act.dataset.key) - Date.now();
      act.querySelector("[data-tick]").textContent = String(Math.max(0, Math.floor(left / 1000)));
      if (left > 0 || act.dataset.asked) continue;
      act.dataset.asked = "yes";
      if (act.dataset.finish) htmx.ajax("POST", act.dataset.finish, { source: document.body, swap: "none" });
      else act.remove();
    }
  }
  setInterval(windows, 500);

  function settle() {
    const there = new Set(boxes().map((box) => box.value));
    for (const one of [...ticked]) if (!there.has(one)) ticked.delete(one);
    show(); arm(); windows();
  }
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === lists || event.detail.target.id === "acts") settle(); });
  for (const box of boxes()) if (box.checked) ticked.add(box.value);
  settle();
})();
