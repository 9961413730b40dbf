"""The registers a practice keeps: which fields each has and how they are filled in. Forms, tables and exports follow this list.

A `sealed` field is free text that may name people; it is kept sealed and left out of exports unless asked for. `kept`
registers are only ever added to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from ringback.core.office.duties import REGULAR
from ringback.core.office.eligible import EXCLUDED, SERVICES

Kind = Literal["text", "long", "choice", "several", "date", "count", "staff", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a register's form."""

    name: str
    label: str
    kind: Kind = "text"
    options: Mapping[str, str] | None = None
    needed: bool = True
    sealed: bool = False
    help: str = ""
    least: int = 0
    most: int = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register: its table, its control, its fields. `gates`: the send gate asks it, so a change counts at once."""

    slug: str
    table: str
    control: str
    title: str
    about: str
    empty: str
    fields: tuple[Field, ...]
    kept: bool = False
    gates: bool = False
    names_people: bool = False

    def field(self, name: str) -> Field:
        """A field by its name; KeyError when there is none."""
        return {one.name: one for one in self.fields}[name]


SYSTEMS: Final = {
    "twilio": "Twilio",
    "asterisk": "Asterisk (own telephone system)",
    "hosting": "Hosting",
    "storage": "Storage of backups",
    "mail": "E-mail",
    "records": "Patient records (EHR)",
    "keys": "Key service",
    "other": "Something else",
}
_ALL_SERVICES: Final = {
    **SERVICES,
    **{name: f"{says} (not eligible)" for one in EXCLUDED.values() for name, says in one.items()},
}
_FROM = Field(name="from_day", label="In force from", kind="date")
_LAST = Field(
    name="last_day",
    label="Last day",
    kind="date",
    needed=False,
    help="empty: no end; on the day after, at 00:00, it is over",
)
_NOTE = Field(name="note", label="Note", kind="long", needed=False, sealed=True)

_LISTED: Final = (
    Register(
        slug="agreements", table="agreement", control="C66", title="Agreements", gates=True,
        about="Everybody who handles patients' data for the practice, and the contract (BAA, QSOA) that allows it. A carrier whose agreement is over sends nothing.",
        empty="No agreement is on record. Until one covers the text carrier, no text goes out.",
        fields=(
            Field(name="vendor", label="Vendor", help="the company as it signs"),
            Field(name="kind", label="Contract", kind="choice", options={"baa": "BAA", "sub_baa": "BAA of a subcontractor", "qsoa": "QSOA (42 CFR part 2)", "conduit": "None needed: a mere conduit"}),
            Field(name="system", label="For which system", kind="choice", options=SYSTEMS),
            Field(name="services", label="Services it covers", kind="several", options=_ALL_SERVICES, needed=False),
            _FROM, _LAST,
            Field(name="verified_on", label="Last verified in writing", kind="date", needed=False, help="once a year"),
            Field(name="breach_hours", label="Vendor reports a breach within (hours)", kind="count", needed=False, least=1, most=1440, help="24 unless the contract says otherwise"),
            Field(name="project_flagged", label="The account or project is flagged for HIPAA at the vendor", kind="check"),
            Field(name="media_locked", label="Media and recordings are behind HTTP authentication", kind="check"),
            Field(name="note", label="Subcontractors and where the contract is kept", kind="long", needed=False, sealed=True),
        ),
    ),
    Register(
        slug="officers", table="officer", control="C75", title="Officers", gates=True,
        about="Who answers for privacy and for security. Both must be named before the practice goes live.",
        empty="Nobody is named. Until both are, no text goes out.",
        fields=(
            Field(name="kind", label="Office", kind="choice", options={"privacy": "Privacy officer", "security": "Security officer", "complaints": "Takes complaints"}),
            Field(name="staff", label="Who", kind="staff", needed=False, help="empty for somebody outside the practice: write the name below"),
            Field(name="from_day", label="Since", kind="date"),
            Field(name="last_day", label="Until", kind="date", needed=False),
            Field(name="contact", label="Name and contact", kind="long", needed=False, sealed=True, help="as patients are told"),
        ),
    ),
    Register(
        slug="campaigns", table="campaign", control="C33", title="Campaign approvals", gates=True,
        about="What the carriers approved: the 10DLC campaign or the toll-free verification the texts go out under.",
        empty="No approval is on record. Until one is, no text goes out.",
        fields=(
            Field(name="system", label="Carrier", kind="choice", options={"twilio": "Twilio", "other": "Another"}),
            Field(name="kind", label="Approval", kind="choice", options={"10dlc": "10DLC campaign", "toll_free": "Toll-free verification"}),
            Field(name="registration", label="Registration number", needed=False),
            Field(name="from_day", label="Approved on", kind="date"), _LAST,
        ),
    ),
    Register(
        slug="modules", table="module", control="C69", title="Training and policies",
        about="What staff read and attest: within 30 days of being hired or of a new version, then every year. 15 days later patients' pages close until it is done.",
        empty="Nothing is published. Publish the HIPAA basics and your own policies here.",
        fields=(
            Field(name="code", label="Short name", help="the same for each version, for instance hipaa-basics"),
            Field(name="title", label="Title"),
            Field(name="kind", label="What it is", kind="choice", options={"training": "Training", "policy": "Policy"}),
            Field(name="published_on", label="Published on", kind="date"),
            Field(name="roles", label="For these roles", kind="several", options={}, needed=False, help="none ticked: everybody"),
            Field(name="retired", label="No longer used", kind="check"),
            Field(name="content", label="The text staff read", kind="long", sealed=True),
            Field(name="questions", label="Questions", kind="long", needed=False, sealed=True, help="one a line: question | right answer | wrong answer | wrong answer"),
        ),
        kept=True,
    ),
    Register(
        slug="employment", table="employment", control="C69", title="Hired and left",
        about="When each member of staff began: training is due within 30 days of it.",
        empty="No day is on record; the practice's first day counts.",
        fields=(
            Field(name="staff", label="Who", kind="staff"),
            Field(name="hired_on", label="Began on", kind="date"),
            Field(name="left_on", label="Left on", kind="date", needed=False),
        ),
    ),
    Register(
        slug="sanctions", table="sanction", control="C69", title="Sanctions", kept=True, names_people=True,
        about="What was done when somebody broke a rule. Only added to, never changed.",
        empty="None is on record.",
        fields=(Field(name="staff", label="Who", kind="staff"), Field(name="done_on", label="On", kind="date"), Field(name="note", label="What happened and what was done", kind="long", sealed=True)),
    ),
    Register(
        slug="devices", table="device", control="C12", title="Devices",
        about="Devices staff use. Only a managed one (lock, encrypted disk, checked this year) may download; others look.",
        empty="No device is on record: every browser may look, none may download.",
        fields=(
            Field(name="label", label="Which", sealed=True, help="as staff call it: Front desk 2, Nora's laptop"),
            Field(name="kind", label="Class", kind="choice", options={"desktop": "Desktop", "laptop": "Laptop", "tablet": "Tablet", "phone": "Phone", "shared": "Shared workstation"}),
            Field(name="staff", label="Owner", kind="staff", needed=False),
            Field(name="screen_lock", label="Locks its screen by itself", kind="check"),
            Field(name="disk_encrypted", label="Disk is encrypted", kind="check"),
            Field(name="attested_on", label="Checked on (device management)", kind="date", needed=False, help="once a year"),
        ),
    ),
    Register(
        slug="risks", table="risk", control="C70", title="Risks",
        about="What could go wrong, how likely, how bad, who takes care and by when.",
        empty="No risk is on record. Begin with: lost phone, wrong number texted, server stolen, carrier breached.",
        fields=(
            Field(name="asset", label="What is at risk", sealed=True),
            Field(name="threat", label="What could happen", kind="long", sealed=True),
            Field(name="likelihood", label="How likely (1 to 5)", kind="count", least=1, most=5),
            Field(name="impact", label="How bad (1 to 5)", kind="count", least=1, most=5),
            Field(name="staff", label="Who takes care", kind="staff"),
            Field(name="due_on", label="By", kind="date"),
            Field(name="state", label="State", kind="choice", options={"open": "Open", "mitigated": "Mended", "accepted": "Accepted"}),
            Field(name="note", label="What is done about it", kind="long", needed=False, sealed=True),
        ),
    ),
    Register(
        slug="findings", table="finding", control="C73", title="Weaknesses",
        about="What scans, tests and advisories found. Critical ones are mended within 15 days, high ones within 30.",
        empty="None is on record.",
        fields=(
            Field(name="source", label="Found by", kind="choice", options={"scan": "Vulnerability scan", "test": "Penetration test", "advisory": "Advisory", "staff": "Somebody"}),
            Field(name="severity", label="Severity", kind="choice", options={"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}),
            Field(name="component", label="Where"),
            Field(name="reference", label="Reference", needed=False, help="CVE number, report page"),
            Field(name="found_on", label="Found on", kind="date"),
            Field(name="fixed_on", label="Mended on", kind="date", needed=False),
            _NOTE,
        ),
    ),
    Register(
        slug="media", table="disposal", control="C74", title="Media disposed of", kept=True,
        about="Disks, phones and paper that held patients' data: how they were wiped or destroyed, and keys destroyed. Only added to.",
        empty="None is on record.",
        fields=(
            Field(name="kind", label="What", kind="choice", options={"disk": "Disk or server", "laptop": "Computer", "phone": "Phone or tablet", "stick": "Stick, card, tape", "paper": "Paper", "key": "Key (crypto-shredding)"}),
            Field(name="end", label="What became of it", kind="choice", options={"destroyed": "Destroyed", "wiped": "Wiped for re-use", "returned": "Returned to its owner, wiped", "key_destroyed": "Key destroyed"}),
            Field(name="method", label="How", kind="choice", options={"clear": "Clear (NIST SP 800-88)", "purge": "Purge (NIST SP 800-88)", "destroy": "Destroy (NIST SP 800-88)", "crypto": "Cryptographic erase"}),
            Field(name="done_on", label="On", kind="date"),
            Field(name="staff", label="Done by", kind="staff"),
            Field(name="witness", label="Seen by", kind="staff", needed=False),
            Field(name="certificate", label="Certificate number", needed=False),
            Field(name="note", label="Which one, serial number, whose", kind="long", sealed=True),
        ),
    ),
    Register(
        slug="complaints", table="complaint", control="C75", title="Complaints", names_people=True,
        about="What patients and others complained about, and what came of it.",
        empty="None is on record.",
        fields=(
            Field(name="came_on", label="Came in on", kind="date"),
            Field(name="way", label="How", kind="choice", options={"phone": "By phone", "letter": "In writing", "person": "In person", "text": "By text"}),
            Field(name="answered_on", label="Answered on", kind="date", needed=False),
            Field(name="note", label="What it is about and what was answered", kind="long", sealed=True),
        ),
    ),
    Register(
        slug="deeds", table="deed", control="C70", title="What was done", kept=True,
        about="Everything that has to be done again and again: each time it was done, and whether it went well. Only added to.",
        empty="Nothing is recorded yet.",
        fields=(
            Field(name="duty", label="What", kind="choice", options={name: one[1] for name, one in REGULAR.items()}),
            Field(name="done_on", label="On", kind="date"),
            Field(name="good", label="It went well", kind="check"),
            Field(name="note", label="By whom, what was found, where the report is", kind="long", needed=False, sealed=True),
        ),
    ),
)  # fmt: skip
REGISTERS: Final[Mapping[str, Register]] = {one.slug: one for one in _LISTED}


class Wrong(ValueError):
    """A form that cannot be kept; the text says which field and how to mend it."""


def read(
    register: Register, given: Mapping[str, Any], staff: frozenset[int], roles: Mapping[str, str]
) -> dict[str, Any]:
    """A form's values, checked. Raises `Wrong` with the field and its mend."""
    return {field.name: _value(field, given, staff, roles) for field in register.fields}


def _value(field: Field, given: Mapping[str, Any], staff: frozenset[int], roles: Mapping[str, str]) -> Any:
    if field.kind == "check":
        return bool(given.get(field.name))
    if field.kind == "several":
        chosen = [str(one) for one in given.get(field.name) or ()]
        if not set(chosen) <= set(field.options or roles):
            raise Wrong(f"{field.label}: one of them is no choice here.")
        return sorted(set(chosen))
    text = str(given.get(field.name) or "").strip()
    if not text:
        if field.needed:
            raise Wrong(f"{field.label}: fill it in.")
        return None if field.kind in ("date", "count", "staff") else ""
    if "\0" in text:
        raise Wrong(f"{field.label}: it has a character that cannot be kept.")
    match field.kind:
        case "date":
            try:
                found = date.fromisoformat(text)
            except ValueError:
                raise Wrong(f"{field.label}: a day such as 2026-11-30.") from None
            if not 1950 <= found.year <= 2100:
                raise Wrong(f"{field.label}: a year from 1950 to 2100.")
            return found
        case "count":
            if not text.isascii() or not text.isdigit() or len(text) > 6 or not field.least <= int(text) <= field.most:
                raise Wrong(f"{field.label}: a number from {field.least} to {field.most}.")
            return int(text)
        case "staff":
            if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) not in staff:
                raise Wrong(f"{field.label}: choose somebody from the list.")
            return int(text)
        case "choice":
            if text not in (field.options or {}):
                raise Wrong(f"{field.label}: choose one of the list.")
            return text
    most = 20000 if field.kind == "long" else 200
    if len(text) > most:
        raise Wrong(f"{field.label}: {most} characters at most.")
    return text


def questions(text: str) -> list[dict[str, Any]]:
    """A quiz from its lines: question | right answer | wrong answer. Raises `Wrong` for a line without a wrong answer."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|") if part.strip()]
        if len(parts) < 3:
            raise Wrong("Questions: each line needs a question, the right answer and a wrong one, with | between them.")
        found.append({"ask": parts[0], "right": parts[1], "options": sorted(parts[1:])})
    return found
