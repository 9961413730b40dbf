"""A clinic for each story of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clinic import Clinic


@pytest.fixture
def clinic(database, tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(dsn=database.app_dsn, admin_dsn=database.admin_dsn, folder=tmp_path)
    try:
        yield made
    finally:
        made.close()
