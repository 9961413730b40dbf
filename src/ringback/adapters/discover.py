"""Finds adapters by walking their folder: a module exporting `ADAPTER` is a system; no registry is edited."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, cast

from ringback.adapters import phone, text
from ringback.adapters.contract import PhoneSystem, TextCarrier


def _walk(package: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        adapter = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "ADAPTER", None)
        if adapter is not None:
            if adapter.name != module.name:
                raise ValueError(f"adapter {adapter.name!r} must be named as its file, {module.name!r}")
            found[module.name] = adapter
    return found


@cache
def phone_systems() -> dict[str, PhoneSystem]:
    """All phone systems by name."""
    return cast(dict[str, PhoneSystem], _walk(phone))


@cache
def text_carriers() -> dict[str, TextCarrier]:
    """All text carriers by name."""
    return cast(dict[str, TextCarrier], _walk(text))
