// The sheet that asks for a factor again: a passkey is asked of the browser and sent with the form.
"use strict";
const form = document.querySelector("form[data-passkey]");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
async function usePasskey() {
  const said = form.querySelector("[data-passkey-said]");
  try {
    const asked = JSON.parse(form.dataset.passkey).publicKey;
    const found = await navigator.credentials.get({ publicKey: {
      ...asked, challenge: bytes(asked.challenge),
      allowCredentials: (asked.allowCredentials || []).map((one) => ({ ...one, id: bytes(one.id) })),
    } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
    form.elements.passkey.value = JSON.stringify({
      id: found.id, rawId: text(found.rawId), type: found.type, authenticatorAttachment: found.authenticatorAttachment,
      clientExtensionResults: found.getClientExtensionResults(),
      response: {
        clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    });
    form.submit();
  } catch {
    said.textContent = said.dataset.failed;
  }
}
form?.querySelector("[data-use-passkey]")?.addEventListener("click", usePasskey);
// Shown from the browser's memory after going back: ask the server how it is now.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
