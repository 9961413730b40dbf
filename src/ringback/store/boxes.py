"""Where an export's files go and come from: a folder, a ZIP file, or a ZIP that only a passphrase opens.

Everything is written readable by its owner only; nothing is written over; names inside are looked up, never followed.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ringback.store import parcel

Put = Callable[[str, Iterable[bytes]], None]
Get = Callable[[str], Iterator[bytes]]
IN_MEMORY = 32 << 20


def into_zip(to: Any) -> tuple[Put, Callable[[], None]]:
    """Put files into a ZIP that is written to `to`; call the second when done."""
    archive = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED)

    def put(name: str, lines: Iterable[bytes]) -> None:
        with archive.open(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True) as file:
            for line in lines:
                file.write(line)

    return put, archive.close


@contextmanager
def writing(path: Path, passphrase: str = "") -> Iterator[Put]:
    """Write an export: a ZIP where the name ends in .zip, or a passphrase is given; else a folder. What fails leaves no
    half of a file. Raises FileExistsError, ValueError for a short passphrase."""
    if path.suffix != ".zip" and not passphrase:
        path.mkdir(mode=0o700)
        (path / "tables").mkdir(mode=0o700)

        def put(name: str, lines: Iterable[bytes]) -> None:
            with open(os.open(path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(lines)

        yield put
        return
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(made, "wb") as file:
            sealing = parcel.Writer(file, passphrase) if passphrase else None
            put_in, close = into_zip(sealing or file)
            yield put_in
            close()
            if sealing is not None:
                sealing.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def reading(path: Path, passphrase: str = "") -> Iterator[Get]:
    """Read an export, whichever kind it is. Raises OSError, `parcel.Closed`, KeyError for a file that is not there."""
    if path.is_dir():

        def from_folder(name: str) -> Iterator[bytes]:
            try:
                with (path / name).open("rb") as file:
                    yield from file
            except FileNotFoundError:
                raise KeyError(name) from None

        yield from_folder
        return
    with path.open("rb") as file, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as plain:
        if parcel.sealed(file.read(len(parcel.MAGIC))):
            file.seek(0)
            for piece in parcel.read(file, passphrase):
                plain.write(piece)
            source: IO[bytes] = plain
        else:
            source = file
        try:
            archive = zipfile.ZipFile(source)
        except zipfile.BadZipFile:
            raise parcel.Closed("this is no export") from None

        def from_zip(name: str) -> Iterator[bytes]:
            with archive.open(name) as inside:
                yield from inside

        with archive:
            yield from_zip
