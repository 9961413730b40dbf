"""One module a system; each exports `ADAPTER`. Found by walking this folder: nothing else is edited to add one."""
