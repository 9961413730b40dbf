"""The list of tables and how each is walled. The catalogue test compares it with the database; a new table belongs here.

`TENANT` tables are seen only by the practices a transaction names. `OPEN` tables hold ids and moments only, and are
seen across practices by the loop. `SEALED` names the columns that hold personal data, always as sealed `bytea`.
`SHELL` tables are Django's own (accounts and sessions); they hold no patient data.
"""

from __future__ import annotations

TENANT = [
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
OPEN = ("work", "moved_clock")
PARTITIONED = ("arrival", "step", "outgoing")
SEALED = {
    "connection": ("settings",),
    "line": ("forward_to",),
    "person": ("sealed",),
    "phone": ("sealed",),
    "staff": ("sealed",),
    "arrival": ("sealed",),
    "call": ("number",),
    "cases": ("number",),
    "message": ("sealed",),
    "outgoing": ("number", "body"),
}
SHELL = (
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


def wall() -> str:
    """SQL that walls every table: row-level security enabled and forced, and the application role's grants."""
    lines = []
    for table in TENANT:
        lines.append(f"alter table {table} enable row level security;")
        lines.append(f"alter table {table} force row level security;")
        lines.append(f"create policy practice_only on {table} using ({POLICY}) with check ({POLICY});")
    for table in OPEN:
        lines.append(f"alter table {table} enable row level security;")
        lines.append(f"alter table {table} force row level security;")
        lines.append(f"create policy ids_and_moments on {table} using (true) with check (true);")
    return "\n".join(lines)


def grants(role: str) -> str:
    """What the application role may do: rows of all tables, never their shape."""
    everything = ", ".join((*TENANT, *OPEN))
    return f"""
        grant usage on schema public to {role};
        grant select, insert, update, delete on {everything} to {role};
        revoke truncate on {everything} from {role};
    """
