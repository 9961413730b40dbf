// The calendar's hands: people are dragged onto days, or days are chosen (pointer, keyboard, touch) and a person pressed.
// Either way the one form below is filled and sent, so what a pointer does a keyboard can do too.
"use strict";
(() => {
  const form = document.getElementById("put-form");
  const hint = document.querySelector("[data-chosen]");
  let from = "", to = "", anchor = "", pressed = "", lifted = "";
  const days = () => [...document.querySelectorAll(".day[data-day]")];
  const chosen = () => days().filter((day) => from && day.dataset.day >= from && day.dataset.day <= to);
  function show() {
    const now = chosen();
    for (const day of days()) {
      const on = now.includes(day);
      day.classList.toggle("chosen", on);
      day.querySelector("[data-pick]")?.setAttribute("aria-pressed", String(on));
    }
    if (!hint) return;
    const words = now.length === 0 ? hint.dataset.none : now.length === 1 ? hint.dataset.one : hint.dataset.many.replace("%n", now.length);
    if (hint.textContent !== words) hint.textContent = words;
    if (now.length && form) { form.elements.begins.value = now[0].dataset.begins; form.elements.ends.value = now[now.length - 1].dataset.ends; }
  }
  function choose(one, other) { [from, to] = [one, other].sort(); show(); }
  function clear() { from = to = anchor = ""; show(); }
  function put(person, begins, ends) {
    form.elements.person.value = person;
    form.elements.begins.value = begins;
    form.elements.ends.value = ends;
    form.requestSubmit();
    clear();
  }

  if (form) {
    // ---- choosing days: press, Shift+press, or draw the pointer over them ----
    document.addEventListener("click", (event) => {
      const pick = event.target.closest("[data-pick]");
      if (pick) {
        const day = pick.closest(".day").dataset.day;
        if (event.shiftKey && anchor) choose(anchor, day);
        else if (from === day && to === day) clear();
        else { anchor = day; choose(day, day); }
        return;
      }
      const mate = event.target.closest("[data-person]");
      if (mate) {
        const now = chosen();
        if (now.length) put(mate.dataset.person, now[0].dataset.begins, now[now.length - 1].dataset.ends);
        else { form.elements.person.value = mate.dataset.person; document.querySelector("[data-pick]")?.focus(); hint.textContent = hint.dataset.none; }
        return;
      }
      const fill = event.target.closest("[data-fill]");
      if (fill) {
        event.preventDefault();
        document.querySelector("[data-exact]").open = true;
        form.elements.begins.value = fill.dataset.begins;
        form.elements.ends.value = fill.dataset.ends;
        form.elements.person.focus();
        form.scrollIntoView({ block: "center" });
      }
    });
    document.addEventListener("pointerdown", (event) => {
      const day = event.target.closest(".day[data-day]");
      pressed = day && event.pointerType === "mouse" && event.button === 0 && !event.shiftKey && !event.target.closest("[data-pick]") ? day.dataset.day : "";
    });
    document.addEventListener("pointermove", (event) => {
      if (!pressed || !event.buttons) return;
      const day = document.elementFromPoint(event.clientX, event.clientY)?.closest(".day[data-day]");
      if (day) { anchor = pressed; choose(pressed, day.dataset.day); }
    });
    document.addEventListener("pointerup", () => { pressed = ""; });
    document.addEventListener("keydown", (event) => {
      const pick = event.target.closest?.("[data-pick]");
      if (event.key === "Escape" && from) { clear(); return; }
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
      if (!pick || !step) return;
      event.preventDefault();
      event.stopPropagation();
      const every = days(), next = every[every.indexOf(pick.closest(".day")) + step];
      if (!next) return;
      next.querySelector("[data-pick]").focus();
      if (event.shiftKey) {
        const here = pick.closest(".day").dataset.day;
        anchor ||= here;
        choose(anchor, next.dataset.day);
      }
    }, true);

    // ---- dragging a person onto a day: onto a chosen one, it means all that are chosen ----
    document.addEventListener("dragstart", (event) => {
      const mate = event.target.closest?.("[data-person]");
      if (!mate) return;
      lifted = mate.dataset.person;
      event.dataTransfer.effectAllowed = "copy";
      event.dataTransfer.setData("text/plain", "");
      mate.classList.add("lifted");
    });
    document.addEventListener("dragend", () => {
      lifted = "";
      for (const one of document.querySelectorAll(".lifted, .day.over")) one.classList.remove("lifted", "over");
    });
    document.addEventListener("dragover", (event) => {
      const day = lifted && event.target.closest?.(".day[data-day]");
      for (const one of document.querySelectorAll(".day.over")) if (one !== day) one.classList.remove("over");
      if (!day) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      day.classList.add("over");
    });
    document.addEventListener("drop", (event) => {
      const day = lifted && event.target.closest?.(".day[data-day]");
      if (!day) return;
      event.preventDefault();
      const now = chosen(), span = now.includes(day) ? now : [day];
      put(lifted, span[0].dataset.begins, span[span.length - 1].dataset.ends);
    });
    document.body.addEventListener("htmx:afterSettle", show);
    show();
  }
})();
