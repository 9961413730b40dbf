// Copying a web address: the button says that it was done, for eyes and for ears.
"use strict";
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-text]");
  if (!button) return;
  const words = button.dataset.copyText;
  try { await navigator.clipboard.writeText(words); }
  catch {
    // Without the clipboard (no https, or not allowed) the address is marked, ready for Ctrl C.
    const range = document.createRange();
    range.selectNodeContents(button.parentElement.querySelector("code"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  button.dataset.before ||= button.textContent;
  button.textContent = button.dataset.copied;
  button.setAttribute("aria-live", "polite");
});
