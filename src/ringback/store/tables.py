"""The list of tables and how each is walled. The catalogue test compares it with the database; a new table belongs here.

Each migration walls the tables it makes, so its list is closed once it has landed; a new table goes into a new list.

`TENANT` tables are seen only by the practices a transaction names. `OPEN` tables hold ids and moments only, and are
seen across practices by the loop. `SEALED` names the columns that hold personal data, always as sealed `bytea`.
`SHELL` tables are Django's own (accounts and sessions); they hold no patient data.
"""

from __future__ import annotations

from collections.abc import Sequence

GROUND = [
    "practice",
    "policy",
    "data_key",
    "location",
    "connection",
    "line",
    "template",
    "person",
    "phone",
    "known_number",
    "suppression",
    "consent",
    "staff",
    "on_call",
    "seen",
    "arrival",
    "call",
    "cases",
    "step",
    "task",
    "message",
    "outgoing",
    "event",
    "notice",
    "link",
    "slot",
    "tally",
]
# What each later migration adds, by its number.
LATER: dict[str, list[str]] = {
    "0002": ["audit_head", "audit", "audit_checkpoint", "audit_key"],
    "0003": ["person_key", "caller_key", "shred_certificate"],
    "0004": ["key_run"],
    "0005": ["invitation", "sign_on"],
    "0006": ["session", "session_cut", "glass", "glass_code", "staff_location", "linked_practice"],
    "0007": ["disclosure", "consent_entry", "preference_entry", "suppression_entry"],
    "0008": [
        *("agreement", "officer", "campaign", "module", "attestation", "employment", "sanction", "device", "risk"),
        *("finding", "disposal", "complaint", "deed", "incident", "incident_entry", "access_review", "access_line"),
        *("audit_review", "inventory", "lowering"),
    ],
    "0009": [
        *("legal_hold", "disclosed", "disclosed_pause", "patient_request", "request_entry"),
        *("part2_line", "retention_span", "purge_run"),
    ],
    "0010": [],
    "0011": ["drill"],
    "0012": ["care", "looked", "saved_view", "word_index", "name_index", "index_mark"],
    "0013": ["bulk_act", "identity_check", "callback_flag"],
    "0014": ["duty", "duty_before", "duty_swap", "contact_method"],
    "0015": ["secure_word", "secure_file", "secure_code"],
    "0016": ["template_live", "setup_before"],
    "0017": ["presence", "mention"],
}
TENANT = [*GROUND, *(table for made in LATER.values() for table in made)]
# Rows that are added and read, never changed or removed, by the application role.
APPEND_ONLY: tuple[str, ...] = (
    *("audit", "audit_checkpoint", "shred_certificate", *LATER["0007"]),
    *("attestation", "sanction", "disposal", "deed", "incident", "incident_entry", "inventory", "module"),
    *("disclosed", "disclosed_pause", "request_entry", "purge_run", "drill"),
    *("callback_flag", "template_live"),
)
GROUND_OPEN = ("work", "moved_clock")
OPEN = (*GROUND_OPEN, "membership", "roster")
PARTITIONED = ("arrival", "step", "outgoing")
SEALED = {
    "session": ("sealed",),
    "glass": ("sealed", "review"),
    "consent_entry": ("sealed",),
    "preference_entry": ("sealed",),
    "suppression_entry": ("sealed",),
    "connection": ("settings",),
    "invitation": ("sealed",),
    "sign_on": ("settings",),
    "line": ("forward_to",),
    "person": ("sealed",),
    "phone": ("sealed",),
    "staff": ("sealed",),
    "arrival": ("sealed",),
    "call": ("number",),
    "cases": ("number",),
    "message": ("sealed", "played_from"),
    "outgoing": ("number", "body"),
    **dict.fromkeys(
        ("agreement", "officer", "campaign", "module", "employment", "sanction", "device", "risk"), ("sealed",)
    ),
    **dict.fromkeys(("finding", "disposal", "complaint", "deed", "incident", "incident_entry"), ("sealed",)),
    **dict.fromkeys(("access_review", "audit_review", "lowering"), ("sealed",)),
    "contact_method": ("sealed",),
    "secure_file": ("name", "sealed"),
    "saved_view": ("sealed",),
    **dict.fromkeys(("legal_hold", "disclosed", "disclosed_pause", "patient_request", "request_entry"), ("sealed",)),
}
SHELL = (
    "django_cache",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "django_migrations",
    "django_content_type",
    "django_session",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
)
POLICY = "practice = any ((select string_to_array(current_setting('ringback.practices', true), ',')::int[])::int[])"


def wall(tenant: Sequence[str] = tuple(GROUND), open_: Sequence[str] = GROUND_OPEN) -> str:
    """SQL that walls tables: row-level security enabled and forced, each with its one policy."""
    lines = []
    for table in tenant:
        lines.append(f"alter table {table} enable row level security;")
        lines.append(f"alter table {table} force row level security;")
        lines.append(f"create policy practice_only on {table} using ({POLICY}) with check ({POLICY});")
    for table in open_:
        lines.append(f"alter table {table} enable row level security;")
        lines.append(f"alter table {table} force row level security;")
        lines.append(f"create policy ids_and_moments on {table} using (true) with check (true);")
    return "\n".join(lines)


def grants(role: str) -> str:
    """What the application role may do: rows of all tables, never their shape."""
    everything = ", ".join((*TENANT, *OPEN))
    kept = f"revoke update, delete on {', '.join(APPEND_ONLY)} from {role};" if APPEND_ONLY else ""
    # What is sealed has to be sealed anew when keys change; nothing else of such a row can be touched.
    for table in APPEND_ONLY:
        kept += "".join(f" grant update ({column}) on {table} to {role};" for column in SEALED.get(table, ()))
    return f"""
        grant usage on schema public to {role};
        grant select, insert, update, delete on {everything} to {role};
        revoke truncate on {everything} from {role};
        {kept}
    """
