"""A person's record here as a FHIR R4 Bundle: plain values in, a document out that other software can read (C57).

The rule: nothing is invented. Texts, voicemails and notes are Communication, tasks are Task, times booked are Appointment,
the person is Patient; what FHIR has no field for stands in `note`. Ids are our own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]
# Our states of a text and of a task, in FHIR's words.
SENT: Mapping[str, str] = {
    "queued": "preparation", "held": "on-hold", "sending": "in-progress", "sent": "completed", "delivered": "completed",
    "failed": "not-done", "denied": "not-done", "cancelled": "not-done", "uncertain": "unknown",
}  # fmt: skip
TASKS: Mapping[str, str] = {"open": "requested", "claimed": "in-progress", "done": "completed", "dropped": "cancelled"}
PRIORITIES: Mapping[str, str] = {"urgent": "stat", "high": "urgent", "routine": "routine", "informational": "routine"}


def bundle(
    *,
    id: str,
    made: datetime,
    practice: str,
    person: Mapping[str, Any],
    phones: Sequence[str],
    messages: Sequence[Mapping[str, Any]],
    texts: Sequence[Mapping[str, Any]],
    tasks: Sequence[Mapping[str, Any]],
    visits: Sequence[Mapping[str, Any]],
    calls: Sequence[Mapping[str, Any]] = (),
    notice: str = "",
) -> Document:
    """The Bundle. `notice` (42 CFR Part 2) goes into the document where it is owed."""
    who = f"urn:uuid:{person['id']}"
    entries = [_patient(person, phones, practice)]
    entries += [_message(one, who) for one in messages]
    entries += [_text(one, who) for one in texts]
    entries += [_call(one, who) for one in calls]
    entries += [_task(one, who) for one in tasks]
    entries += [_visit(one, who) for one in visits]
    made_: Document = {
        "resourceType": "Bundle",
        "id": id,
        "type": "collection",
        "timestamp": instant(made),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in entries],
    }
    if notice:
        made_["meta"] = {
            "security": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                    "code": "42CFRPart2",
                    "display": "42 CFR Part 2",
                }
            ]
        }
        statement = _resource("Communication", f"{id[:-12]}{'2' * 12}", status="completed", subject={"reference": who})
        statement |= {"note": [{"text": notice}], "payload": [{"contentString": notice}]}
        made_["entry"].insert(1, {"fullUrl": f"urn:uuid:{statement['id']}", "resource": statement})
    return made_


def instant(at: datetime) -> str:
    """A moment as FHIR writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _resource(kind: str, id_: Any, **more: Any) -> Document:
    return {"resourceType": kind, "id": str(id_), **more}


def _patient(person: Mapping[str, Any], phones: Sequence[str], practice: str) -> Document:
    made = _resource("Patient", person["id"], managingOrganization={"display": practice})
    if person.get("name"):
        made["name"] = [{"text": person["name"]}]
    if person.get("birth_date"):
        made["birthDate"] = person["birth_date"]
    if person.get("record"):
        made["identifier"] = [{"value": person["record"]}]
    if person.get("lang"):
        made["communication"] = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": person["lang"]}]}}]
    if phones:
        made["telecom"] = [{"system": "phone", "value": one} for one in phones]
    return made


def _message(one: Mapping[str, Any], who: str) -> Document:
    incoming = one["kind"] != "note"
    made = _resource(
        "Communication", one["id"], status="completed", subject={"reference": who}, sent=instant(one["at"])
    )
    if incoming:
        made |= {"sender": {"reference": who}, "received": instant(one["at"])}
    made["medium"] = [{"text": {"text": "text message", "voicemail": "voicemail, as written down", "note": "note by staff"}[one["kind"]]}]  # fmt: skip
    if one["words"]:
        made["payload"] = [{"contentString": one["words"]}]
    return made


def _text(one: Mapping[str, Any], who: str) -> Document:
    made = _resource(
        "Communication", one["id"], status=SENT.get(one["state"], "unknown"), subject={"reference": who},
        recipient=[{"reference": who}], medium=[{"text": "text message"}],
    )  # fmt: skip
    if made["status"] == "not-done":
        made["statusReason"] = {"text": one.get("why") or one["state"]}
    if one.get("sent_at"):
        made["sent"] = instant(one["sent_at"])
    if one.get("delivered_at"):
        made["received"] = instant(one["delivered_at"])
    if one["words"]:
        made["payload"] = [{"contentString": one["words"]}]
    return made


def _call(one: Mapping[str, Any], who: str) -> Document:
    made = _resource(
        "Communication", one["id"], status="completed", subject={"reference": who}, medium=[{"text": "call"}]
    )
    if one.get("began"):
        made["sent"] = instant(one["began"])
    made["note"] = [{"text": one.get("why") or one.get("verdict") or "call"}]
    return made


def _task(one: Mapping[str, Any], who: str) -> Document:
    made = _resource(
        "Task", one["id"], status=TASKS.get(one["state"], "requested"), intent="order", description=one["kind"],
        priority=PRIORITIES.get(one["priority"], "routine"), authoredOn=instant(one["opened_at"]), **{"for": {"reference": who}},
    )  # fmt: skip
    if one.get("done_at"):
        made["executionPeriod"] = {"start": instant(one["opened_at"]), "end": instant(one["done_at"])}
    if one.get("disposition"):
        made["note"] = [{"text": one["disposition"]}]
    return made


def _visit(one: Mapping[str, Any], who: str) -> Document:
    # Taken on the page, for a person of the practice to confirm.
    return _resource(
        "Appointment", one["id"], status="pending", start=instant(one["starts_at"]), end=instant(one["ends_at"]),
        description=one.get("site") or "", minutesDuration=one["minutes"],
        participant=[{"actor": {"reference": who}, "status": "accepted"}],
    )  # fmt: skip
