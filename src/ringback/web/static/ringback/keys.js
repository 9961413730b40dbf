// Work by keyboard: a palette of pages and of what can be done here, j and k through lists, single keys for single acts.
// Everything is read from the page: a menu's link, a control with `data-hotkey`, a row with `data-row`. No words here.
"use strict";
(() => {
  const palette = document.getElementById("palette"), sheet = document.getElementById("keys");
  if (!palette || !sheet) return;
  const box = palette.querySelector("input"), list = palette.querySelector("ul"), none = palette.querySelector(".empty");
  const seen = (one) => one.checkVisibility() && !one.disabled;
  const words = (one) => (one.dataset.palette || one.getAttribute("aria-label") || one.title || one.textContent).replace(/\s+/g, " ").trim();
  let off = false;
  try { off = localStorage.getItem("keys") === "off"; } catch { /* private window */ }

  // ---- the palette ------------------------------------------------------------------------------------------------
  let found = [], at = 0;
  function offers() {
    const acts = [...document.querySelectorAll("main [data-hotkey], main [data-palette], .strip button")].filter(seen);
    const pages = [...document.querySelectorAll(".side .menu a, .side .me a")];
    return [...acts.map((one) => ({ one, words: words(one), key: one.dataset.hotkey || "" })), ...pages.map((one) => ({ one, words: words(one).replace(/\s*\d+$/, ""), key: one.dataset.go ? `g ${one.dataset.go}` : "" }))];
  }
  function fits(text, wanted) {
    let place = 0;
    for (const letter of wanted) { place = text.indexOf(letter, place); if (place < 0) return false; place += 1; }
    return true;
  }
  function fill() {
    const wanted = box.value.toLowerCase().trim();
    found = offers().filter((offer) => fits(offer.words.toLowerCase(), wanted));
    found.sort((a, b) => b.words.toLowerCase().startsWith(wanted) - a.words.toLowerCase().startsWith(wanted));
    at = 0;
    list.replaceChildren(...found.slice(0, 12).map((offer, place) => {
      const row = document.createElement("li");
      row.id = `palette-${place}`;
      row.setAttribute("role", "option");
      row.textContent = offer.words;
      if (offer.key) { const key = document.createElement("kbd"); key.textContent = offer.key; row.append(key); }
      row.addEventListener("click", () => { at = place; take(); });
      return row;
    }));
    none.hidden = found.length > 0;
    mark();
  }
  function mark() {
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    if (list.children[at]) { box.setAttribute("aria-activedescendant", `palette-${at}`); list.children[at].scrollIntoView({ block: "nearest" }); }
    else box.removeAttribute("aria-activedescendant");
  }
  function take() {
    const offer = found[at];
    if (!offer) return;
    palette.close();
    press(offer.one);
  }
  function press(one) {
    if (one.matches("textarea, input:not([type=submit], [type=button]), select")) one.focus();
    else if (one.matches("details")) { one.open = true; one.querySelector("input, select, textarea, button")?.focus(); }
    else one.click();
  }
  function open() { box.value = ""; fill(); palette.showModal(); box.focus(); }
  box.addEventListener("input", fill);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); at = Math.max(0, Math.min(list.children.length - 1, at + step)); mark(); }
    if (event.key === "Enter") { event.preventDefault(); take(); }
  });
  for (const one of [palette, sheet]) one.addEventListener("click", (event) => { if (event.target === one) one.close(); });
  for (const one of document.querySelectorAll("[data-open-palette]")) one.addEventListener("click", open);
  const tick = sheet.querySelector("[data-keys-on]");
  tick.checked = !off;
  tick.addEventListener("change", () => { off = !tick.checked; try { off ? localStorage.setItem("keys", "off") : localStorage.removeItem("keys"); } catch { /* private window */ } });
  for (const one of document.querySelectorAll("[data-open-keys]")) one.addEventListener("click", () => sheet.showModal());

  // ---- rows ---------------------------------------------------------------------------------------------------------
  function walk(step) {
    const rows = [...document.querySelectorAll("[data-row]")].filter(seen);
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, now + step))];
    (next.matches("a, button, [tabindex]") ? next : next.querySelector("[data-open], a, button"))?.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  // ---- single keys --------------------------------------------------------------------------------------------------
  let going = -9e9;
  function typing(one) { return one.isContentEditable || one.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"); }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); if (!document.querySelector("dialog[open]")) open(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && document.activeElement && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (off || typing(event.target)) return;
    if (performance.now() - going < 1500) {
      going = -9e9;
      const page = document.querySelector(`.side .menu a[data-go="${CSS.escape(event.key)}"]`);
      if (page) { event.preventDefault(); page.click(); }
      return;
    }
    if (event.key === "j" || event.key === "k") { event.preventDefault(); walk(event.key === "j" ? 1 : -1); }
    else if (event.key === "g") going = performance.now();
    else if (event.key === "?") { event.preventDefault(); sheet.showModal(); }
    else if (event.key === "/") { event.preventDefault(); const search = [...document.querySelectorAll("[data-search]")].find(seen); search ? search.focus() : open(); }
    else if (event.key.length === 1) {
      const one = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(event.key)}"]`)].find(seen);
      if (one) { event.preventDefault(); press(one); }
    }
  });
})();
