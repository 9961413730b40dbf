"""What a file is, by what is in it: its name and what the browser calls it count for nothing.

Only papers and pictures are taken, the kinds a patient's phone makes; everything else is refused with what to do instead.
"""

from __future__ import annotations

from typing import Final

LARGEST: Final = 8_000_000
"""Bytes of one file."""
MOST: Final = 4
"""Files of one message."""
_HEIC: Final = (b"heic", b"heix", b"mif1", b"hevc")


def kind(content: bytes) -> str:
    """`pdf`, `jpeg`, `png` or `heic`, by the first bytes as the formats' own descriptions set them; empty for anything else."""
    if content[:1024].lstrip()[:5] == b"%PDF-":
        return "pdf"
    if content[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "heic"
    return ""


def named(name: str, of: str) -> str:
    """A name that is safe to save under: letters, digits, spaces, dots and dashes, ending in what the file really is."""
    plain = "".join(
        letter for letter in name.replace("\\", "/").rsplit("/", 1)[-1] if letter.isalnum() or letter in " ._-"
    )
    stem = plain.rsplit(".", 1)[0].strip(" .")[:60] or "file"
    return f"{stem}.{'jpg' if of == 'jpeg' else of}"
