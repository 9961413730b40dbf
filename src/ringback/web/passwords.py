"""Passwords that are made of words everybody here knows are refused (C4): the product's, the trade's, the season's."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

WORDS = ("ringback", "password", "passwort", "clinic", "doctor", "medical", "practice", "frontdesk", "reception", "welcome",
         "spring", "summer", "autumn", "winter", "letmein", "changeme", "qwerty", "hospital", "patient")  # fmt: skip


class Obvious:
    """Refuses a password that is little more than such words, digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when fewer than six letters or signs are left without the words and the digits."""
        left = password.lower()
        for word in WORDS:
            left = left.replace(word, "")
        local = (getattr(user, "email", "") or "").split("@")[0].lower()
        if local and len(local) > 2:
            left = left.replace(local, "")
        if len(re.sub(r"[\W\d_]", "", left)) < 4:
            raise ValidationError(
                "That is easy to guess here. A few words that have nothing to do with the clinic do well."
            )

    def get_help_text(self) -> str:
        """What a form says beforehand."""
        return "Not made of words that everybody at a clinic would guess."
