"""Observations as plain values, so that a fixture can say what a message means; defaults are left out."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """A value as JSON would hold it; a dataclass as its fields that say something, and its name at the top."""
    if is_dataclass(value) and not isinstance(value, type):
        shown: dict[str, Any] = {"is": type(value).__name__}
        for field in fields(value):
            given = getattr(value, field.name)
            default = field.default if field.default is not MISSING else None
            if given != default and given not in ("", ()):
                shown[field.name] = plain(given)
        return shown
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value
