// The urgent strip's clock, sound and notification. Names and numbers never leave the page: a notification says only that
// something waits. Sound and notifications are off until the person presses for them; the choice stays in this browser.
"use strict";
(() => {
  if (document.documentElement.dataset.urgent) return; // a page may name this file twice
  document.documentElement.dataset.urgent = "ready";
  const strip = document.getElementById("strip");
  const kept = (name) => { try { return localStorage.getItem(name) === "on"; } catch { return false; } };
  const keep = (name, on) => { try { on ? localStorage.setItem(name, "on") : localStorage.removeItem(name); } catch { /* private window */ } };
  const can = () => "Notification" in window && Notification.permission === "granted";
  const EVERY = 15000;
  let sound = null, rang = 0, known = new Set();

  // ---- the sound: two short tones, made here ----
  function tones() {
    if (!sound) return;
    for (const [at, pitch] of [[0, 880], [0.22, 660], [0.44, 880]]) {
      const tone = sound.createOscillator(), level = sound.createGain(), start = sound.currentTime + at;
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0.0001, start);
      level.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
      level.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
      tone.connect(level).connect(sound.destination);
      tone.start(start);
      tone.stop(start + 0.2);
    }
  }
  function ring() {
    if (!kept("alarm-sound")) return;
    try { sound ||= new AudioContext(); sound.resume().then(tones, () => {}); } catch { return; }
    rang = Date.now();
    document.dispatchEvent(new CustomEvent("alarm:rang"));
  }
  function notify(words) {
    if (!kept("alarm-notify") || !can() || !words) return;
    const one = new Notification(words, { tag: "ringback-urgent", renotify: true });
    one.onclick = () => { window.focus(); one.close(); };
  }

  // ---- the strip ----
  function look() {
    const unseen = strip ? [...strip.querySelectorAll("[data-unseen]")].map((one) => one.dataset.case) : [];
    const fresh = unseen.filter((id) => !known.has(id));
    known = new Set(unseen);
    const bare = document.title.replace(/^\(!\) /, "");
    document.title = unseen.length ? `(!) ${bare}` : bare;
    if (fresh.length) { ring(); notify(strip.querySelector("[data-alarm-words]")?.dataset.alarmWords); }
  }
  // A page that opens over an alarm that rang already does not notify again; it rings on with the others.
  try {
    known = new Set(JSON.parse(sessionStorage.getItem("alarm-known") || "[]"));
    rang = Number(sessionStorage.getItem("alarm-rang") || 0);
  } catch { /* private window */ }
  function tick() {
    for (const one of document.querySelectorAll("[data-down]")) {
      // live.js knows how far the practice's clock is from this machine's.
      const apart = typeof shift === "number" ? shift : 0;
      const left = Math.max(0, Math.round((Date.parse(one.dataset.down) - Date.now() - apart) / 1000));
      const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (one.textContent !== words) one.textContent = words;
    }
    if (known.size && Date.now() - rang >= EVERY) ring();
  }

  // ---- the two switches ----
  function dress() {
    for (const box of document.querySelectorAll("[data-alarm-choice]")) box.hidden = false;
    for (const one of document.querySelectorAll("[data-alarm]")) {
      const on = one.dataset.alarm === "sound" ? kept("alarm-sound") : kept("alarm-notify") && can();
      one.setAttribute("aria-pressed", String(on));
      if (one.dataset.alarm === "notify") one.hidden = !("Notification" in window);
    }
  }
  document.addEventListener("click", async (event) => {
    const one = event.target.closest("[data-alarm]");
    if (!one) return;
    const on = one.getAttribute("aria-pressed") !== "true";
    if (one.dataset.alarm === "sound") {
      keep("alarm-sound", on);
      if (on) ring();
    } else {
      if (on && !can()) await Notification.requestPermission();
      keep("alarm-notify", on && can());
    }
    dress();
  });
  dress();
  look();
  tick();
  setInterval(tick, 1000);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === strip || event.detail.target.id === "strip") { look(); tick(); }
  });
  addEventListener("pagehide", () => { try { sessionStorage.setItem("alarm-known", JSON.stringify([...known])); sessionStorage.setItem("alarm-rang", String(rang)); } catch { /* private window */ } });
})();
