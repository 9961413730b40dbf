"""Sign-ins in the audit log: those that failed, with which kind of factor, and sign-outs (C21; ASVS 16.3.1).

A name that was typed may be a password in the wrong field: only a keyed digest of it is kept, so that tries at one account can
be counted. Sign-ins that succeeded are written down where a practice is entered.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.http import HttpRequest

from ringback.core.audit import Entry
from ringback.web import journal, limits


def _failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Nobody was let in with these."""
    typed = str(credentials.get("username") or credentials.get("email") or "").strip().lower()
    mark = hmac.new(settings.SECRET_KEY.encode(), f"sign-in {typed}".encode(), hashlib.sha256).hexdigest()[:16]
    detail = {"login": mark}
    if request is not None:
        detail["address"] = hashlib.sha256(limits.address(request).encode()).hexdigest()[:12]
    journal.keep(
        Entry(
            practice=journal.HOUSE, act="sign_in", what="sign_in", by="anybody", result="refused", reason="credentials",
            source="page", request=getattr(request, "number", ""), detail=detail,
        )
    )  # fmt: skip


def _out(sender: object, request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    """Somebody signed out, or was signed out."""
    if user is None:
        return
    practice = request.session.get("practice", journal.HOUSE) if request is not None else journal.HOUSE
    journal.keep(Entry(practice=int(practice), act="sign_in", what="sign_out", by=f"account:{user.pk}", source="page"))


user_login_failed.connect(_failed, dispatch_uid="ringback.sign_in_journal")
user_logged_out.connect(_out, dispatch_uid="ringback.sign_in_journal")
