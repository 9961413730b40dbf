"""What an attacker meets: the page tests' two practices, and a real web server before them on this machine."""

from __future__ import annotations

from outsider_site import hook, ledger, serve
from pages_site import browse, desk, django_ready, key_file, migrated

__all__ = ["browse", "desk", "django_ready", "hook", "key_file", "ledger", "migrated", "serve"]
