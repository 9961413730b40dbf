"""What a carrier's account may be used for with patients' data (C67): the vendor's own list, as the agreement names it.

Twilio: only HIPAA-eligible products in a project flagged for it; not WhatsApp, SendGrid, Verify e-mail, Marketplace
add-ons or AI Assistants; numbers of the United States; media behind HTTP authentication.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ringback.core.numbers import eligible
from ringback.core.office.values import Agreement

SERVICES: Mapping[str, str] = {
    "texts": "Texts (SMS)",
    "voice": "Calls",
    "recordings": "Recordings and voicemail",
    "media": "Pictures in texts (MMS)",
    "lookup": "Looking numbers up",
    "hosting": "Hosting and database",
    "backup": "Backups and object storage",
    "mail": "E-mail to staff",
    "records": "Patient records (EHR)",
    "keys": "Key service",
}
EXCLUDED: Mapping[str, Mapping[str, str]] = {
    "twilio": {
        "whatsapp": "WhatsApp",
        "sendgrid": "SendGrid e-mail",
        "verify_email": "Verify by e-mail",
        "fraud_guard": "Verify Fraud Guard",
        "marketplace": "Marketplace add-ons",
        "ai_assistants": "AI Assistants",
    }
}


def problems(agreement: Agreement, senders: Iterable[str]) -> list[str]:
    """What in this carrier's set-up does not go with patients' data."""
    found = []
    barred = EXCLUDED.get(agreement.system, {})
    for service in sorted(agreement.services & set(barred)):
        found.append(f"{barred[service]} is not eligible for patients' data")
    if barred and not agreement.project_flagged:
        found.append("the account or project is not flagged for HIPAA at the carrier")
    if "media" in agreement.services and not agreement.media_locked:
        found.append("media are not behind HTTP authentication")
    for sender in senders:
        if sender.startswith("whatsapp:"):
            found.append("a sender is a WhatsApp address")
        elif not _american(sender):
            found.append("a sender is not a number of the United States")
    return found


def _american(sender: str) -> bool:
    """Fictitious and toll-free numbers are American too; a foreign or withheld one is not."""
    return eligible(sender) not in ("not_us", "withheld", "pseudo", "not_a_phone", "invalid") or (
        sender.startswith("+1") and len(sender) == 12
    )
