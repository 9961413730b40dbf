// The box for a text: quick replies go in at the cursor, Ctrl+Enter sends, what was typed outlives a failed send and leaving the
// page by mistake is asked about. Says to the server who looks and who types; no word of the box leaves it but by sending.
"use strict";
(() => {
  const composer = document.querySelector("[data-composer]");
  if (!composer) return;
  const form = composer.querySelector("[data-reply]"), box = form?.querySelector("textarea"), kept = form?.querySelector("[data-kept]");
  const secure = composer.querySelector("[data-secure-form]"), full = secure?.querySelector("textarea");
  let typedAt = -9e9;
  if (form) {
    for (const one of composer.querySelectorAll("[data-insert]")) one.addEventListener("click", () => {
      box.setRangeText(one.dataset.insert, box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    });
    box.addEventListener("input", () => { kept.hidden = true; if (performance.now() - typedAt > 4000) { typedAt = performance.now(); say(); } typedAt = performance.now(); });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); } });
    // What the thread shows now is what the person has seen.
    form.addEventListener("htmx:configRequest", (event) => {
      if (event.detail.elt !== form) return;
      const shown = document.querySelector("#thread [data-newest]");
      if (shown) event.detail.parameters.seen = shown.dataset.newest;
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== form) return;
      kept.hidden = event.detail.successful;
      if (event.detail.successful) document.getElementById("reply-lint").replaceChildren();
      else htmx.trigger(document.body, "changed");
    });
    addEventListener("beforeunload", (event) => { if (box.value.trim() || full?.value.trim()) event.preventDefault(); });
    // Words that may not stand in a plain text move to the secure message as they are.
    form.querySelector("[data-secure]")?.addEventListener("click", () => {
      secure.open = true;
      if (full && box.value.trim()) { full.value = (full.value ? full.value + "\n" : "") + box.value; box.value = ""; box.dispatchEvent(new Event("input", { bubbles: true })); }
      (full ?? secure).focus();
    });
    const left = secure?.querySelector("form");
    left?.addEventListener("htmx:configRequest", (event) => {
      const shown = document.querySelector("#thread [data-newest]");
      if (shown && event.detail.elt === left) event.detail.formData.set("seen", shown.dataset.newest);
    });
    left?.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== left) return;
      left.querySelector("[data-kept]").hidden = event.detail.successful;
      if (!event.detail.successful) htmx.trigger(document.body, "changed");
    });
  }
  function say() {
    if (document.hidden) return;
    htmx.ajax("POST", composer.dataset.here, { target: "#others", swap: "innerHTML", values: { typing: performance.now() - typedAt < 8000 ? "yes" : "no" } });
  }
  say();
  setInterval(say, 10000);
})();
