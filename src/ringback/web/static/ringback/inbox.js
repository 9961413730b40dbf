// The thread beside the list on a wide screen. A row is a plain link to its page: without this file it simply opens there.
"use strict";
(() => {
  const inbox = document.querySelector("[data-inbox]"), pane = document.getElementById("pane");
  if (!inbox || !pane) return;
  const wide = matchMedia("(min-width: 1280px)");
  let shown = "";
  function mark() {
    for (const row of inbox.querySelectorAll("[data-threads] [data-case]")) {
      if (row.dataset.case === shown) { row.setAttribute("aria-current", "true"); row.classList.remove("unread"); row.querySelector(".dot-new")?.remove(); }
      else row.removeAttribute("aria-current");
    }
  }
  function close() { shown = ""; pane.replaceChildren(); pane.hidden = true; inbox.classList.remove("two"); mark(); }
  inbox.addEventListener("click", (event) => {
    if (event.target.closest("[data-pane-close]")) {
      const back = inbox.querySelector(`[data-case="${shown}"] [data-open]`);
      close();
      back?.focus();
      return;
    }
    const link = event.target.closest("[data-pane]");
    if (!link || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const row = link.closest("[data-case]");
    htmx.ajax("GET", link.dataset.pane, { target: "#pane", swap: "innerHTML" }).then(() => {
      shown = row.dataset.case;
      pane.hidden = false;
      pane.scrollTop = 0;
      inbox.classList.add("two");
      mark();
      [...inbox.querySelectorAll("[data-threads] [data-case]")].find((one) => one.dataset.case === shown)?.querySelector("[data-open]")?.focus({ preventScroll: true });
    });
  });
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "inbox-list") mark(); });
  wide.addEventListener("change", () => { if (!wide.matches) close(); });
})();
