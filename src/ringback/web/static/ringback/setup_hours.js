// The week grid: a picture of the seven fields below it. Whatever is painted is written into the fields, and they are sent.
"use strict";
(() => {
  const form = document.getElementById("hours-form");
  const grid = form?.querySelector("[data-week]");
  const told = form?.querySelector("[data-told]");
  const QUARTERS = 96;
  const days = form ? [...form.querySelectorAll("[data-day]")].map((one) => ({ name: one.dataset.name, field: one.querySelector("textarea"), open: [], cells: [] })) : [];
  const two = (number) => String(number).padStart(2, "0");
  const wall = (place) => `${two(Math.floor(place / 4))}:${two((place % 4) * 15)}`;

  function read(text) {
    const open = new Array(QUARTERS).fill(false);
    for (const part of text.replaceAll(",", " ").split(/\s+/).filter(Boolean)) {
      const found = /^(\d\d):(00|15|30|45)-(\d\d):(00|15|30|45)$/.exec(part);
      if (!found) return null;
      const start = found[1] * 4 + found[2] / 15, end = (found[3] * 4 + found[4] / 15) || QUARTERS;
      if (start >= end || end > QUARTERS) return null;
      open.fill(true, start, end);
    }
    return open;
  }
  function written(open) {
    const spans = [];
    for (let place = 0; place < QUARTERS; place += 1) {
      if (!open[place] || open[place - 1]) continue;
      let end = place;
      while (open[end]) end += 1;
      spans.push(`${wall(place)}-${wall(end)}`);
    }
    return spans.join(" ");
  }
  function show(day) {
    for (const [place, cell] of day.cells) {
      cell.setAttribute("aria-selected", String(day.open[place]));
      cell.setAttribute("aria-label", `${day.name} ${wall(place)}, ${day.open[place] ? form.dataset.open : form.dataset.shut}`);
    }
  }
  function write(changed) {
    for (const day of changed) day.field.value = written(day.open);
    if (changed.length) {
      changed[0].field.dispatchEvent(new Event("change", { bubbles: true }));
      told.textContent = changed.map((day) => `${day.name}: ${day.field.value || form.dataset.shut}`).join(". ");
    }
  }

  if (form && form.dataset.picture === "yes") {
    const first = form.dataset.first * 4, last = form.dataset.last * 4;
    const heads = document.createElement("div");
    heads.className = "quarters";
    heads.setAttribute("role", "row");
    const corner = document.createElement("span");
    corner.setAttribute("aria-hidden", "true");
    heads.append(corner);
    for (const day of days) {
      const head = document.createElement("span");
      head.className = "head";
      head.setAttribute("role", "columnheader");
      head.setAttribute("aria-label", day.name);
      head.textContent = innerWidth > 900 ? day.name : day.name.slice(0, 3);
      heads.append(head);
      day.open = read(day.field.value) || new Array(QUARTERS).fill(false);
    }
    grid.prepend(heads);
    grid.querySelector(".hours-col").style.gridRow = `2 / span ${last - first}`;
    for (let place = first; place < last; place += 1) {
      const row = document.createElement("div");
      row.className = "quarters";
      row.setAttribute("role", "row");
      days.forEach((day, column) => {
        const cell = document.createElement("div");
        cell.className = place % 4 ? "q" : "q hour";
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = place === first && column === 0 ? 0 : -1;
        cell.dataset.place = place;
        cell.dataset.column = column;
        day.cells.push([place, cell]);
        row.append(cell);
      });
      grid.append(row);
    }
    days.forEach(show);
    grid.hidden = false;
    grid.dataset.drawn = "yes";
    for (const piece of form.querySelectorAll("[data-copier], [data-lunch], [data-adder]")) piece.hidden = false;

    const cellAt = (column, place) => days[column]?.cells.find(([one]) => one === place)?.[1];
    const put = (cell, open) => { days[cell.dataset.column].open[cell.dataset.place] = open; };
    let from = null, before = null, paint = true;
    grid.addEventListener("pointerdown", (event) => {
      const cell = event.target.closest(".q");
      if (!cell) return;
      event.preventDefault();
      cell.focus();
      from = cell;
      before = days.map((day) => [...day.open]);
      paint = cell.getAttribute("aria-selected") !== "true";
      stretch(cell);
    });
    function stretch(to) {
      const [c1, c2] = [+from.dataset.column, +to.dataset.column].sort((a, b) => a - b);
      const [p1, p2] = [+from.dataset.place, +to.dataset.place].sort((a, b) => a - b);
      days.forEach((day, column) => {
        day.open = [...before[column]];
        if (column >= c1 && column <= c2) day.open.fill(paint, p1, p2 + 1);
        show(day);
      });
    }
    document.addEventListener("pointermove", (event) => {
      if (!from) return;
      const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".q");
      if (cell) stretch(cell);
    });
    const end = () => {
      if (!from) return;
      from = null;
      write(days.filter((day, column) => day.open.some((open, place) => open !== before[column][place])));
    };
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
    const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    grid.addEventListener("keydown", (event) => {
      const cell = event.target.closest(".q");
      if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
      const column = +cell.dataset.column, place = +cell.dataset.place;
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
        put(cell, cell.getAttribute("aria-selected") !== "true");
        show(days[column]);
        write([days[column]]);
        return;
      }
      const step = event.key === "Home" ? [0, first - place] : event.key === "End" ? [0, last - 1 - place] : STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const next = cellAt(column + step[0], place + step[1]);
      if (!next) return;
      if (event.shiftKey) {
        put(next, cell.getAttribute("aria-selected") === "true");
        const day = days[next.dataset.column];
        show(day);
        write([day]);
      }
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    for (const day of days) day.field.addEventListener("input", () => {
      const open = read(day.field.value);
      if (open) { day.open = open; show(day); }
    });
    form.addEventListener("change", (event) => {
      const copy = event.target.closest("[data-copy]");
      if (!copy) return;
      event.stopPropagation();
      const source = days[copy.dataset.copy], wish = copy.value;
      copy.value = "";
      const targets = days.filter((day, number) => day !== source && (wish === "all" || (wish === "weekdays" && number < 5) || wish === String(number)));
      for (const day of targets) { day.open = [...source.open]; show(day); }
      write(targets);
    });
    const quarterOf = (field) => { const [hour, minute] = field.value.split(":"); return field.value ? hour * 4 + Math.round(minute / 15) : null; };
    form.addEventListener("click", (event) => {
      const action = event.target.closest("button[data-action]")?.dataset.action;
      if (action === "lunch") {
        const start = quarterOf(form.querySelector("[data-lunch-from]")), stop = quarterOf(form.querySelector("[data-lunch-to]"));
        if (start === null || stop === null || stop <= start) return;
        const changed = days.filter((day) => day.open.slice(start, stop).some(Boolean));
        for (const day of changed) { day.open.fill(false, start, stop); show(day); }
        write(changed);
      } else if (action === "empty-week") {
        const changed = days.filter((day) => day.open.some(Boolean));
        for (const day of changed) { day.open.fill(false); show(day); }
        write(changed);
      } else if (action === "add-day") {
        const day = form.querySelector("[data-add-day]"), start = form.querySelector("[data-add-from]"), stop = form.querySelector("[data-add-to]");
        if (!day.value) { day.focus(); return; }
        const field = form.querySelector(start.value && stop.value ? "[data-special]" : "[data-closed]");
        field.value = start.value && stop.value ? `${field.value.trim()}\n${day.value} ${start.value}-${stop.value}`.trim() : `${field.value} ${day.value}`.trim();
        day.value = start.value = stop.value = "";
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
})();
