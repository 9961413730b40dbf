// On a device the practice does not manage, nothing is copied off a page (C12). Fields one types into still work.
"use strict";
for (const kind of ["copy", "cut", "dragstart"]) {
  document.addEventListener(kind, (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("input, textarea")) event.preventDefault();
  });
}
