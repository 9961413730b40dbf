"""Devices (C12): what a browser may do depends on the device it runs on.

A device that the practice manages (screen lock, encrypted disk, attested within a year) may download. An unknown or
unmanaged one only looks, copies nothing and has a short session; a revoked or lost one is shut out at the next request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ringback.core.office.dates import YEAR, day_after
from ringback.core.office.values import Device

SHORT_MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What a device may do. `minutes` caps the idle time of its sessions, 0: the practice's own limit."""

    enter: bool = True
    download: bool = False
    copy: bool = False
    minutes: int = SHORT_MINUTES
    why: str = ""


MANAGED = May(download=True, copy=True, minutes=0)


def managed(device: Device, today: date) -> bool:
    """Whether the practice vouches for a device."""
    return (
        device.screen_lock
        and device.disk_encrypted
        and device.attested_on is not None
        and device.attested_on <= today <= day_after(device.attested_on, YEAR)
    )


def may(device: Device | None, today: date, downloads_lowered: bool = False) -> May:
    """What this device may do today. `downloads_lowered`: two officers let unmanaged devices download for a while."""
    if device is not None and (device.revoked_at is not None or device.lost_at is not None):
        return May(enter=False, why="This device was withdrawn. Use another one, or ask your security officer.")
    if device is not None and managed(device, today):
        return MANAGED
    why = (
        "This browser is on no device of the register: it may look, not download."
        if device is None
        else "This device lacks a screen lock, an encrypted disk or this year's check: it may look, not download."
    )
    return May(download=downloads_lowered, why=why)
