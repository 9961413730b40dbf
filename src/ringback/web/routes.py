"""The role table: every route of the pages and who may use it. A route without a row is refused, and a test says so.

`ANYBODY` routes answer without a sign-in; what they show is guarded by what they themselves ask (a token, a button).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ROLES = (
    "owner",
    "privacy_officer",
    "security_officer",
    "clinician",
    "nurse",
    "scheduler",
    "biller",
    "front_desk",
    "manager",
    "auditor",
    "integration",
)
ANYBODY: frozenset[str] = frozenset({"anybody"})
SIGNED_IN = frozenset(ROLES) - {"integration"}
# Those who work cases; an auditor looks on, a security officer sees how the house is set up, never patients.
WORKS = frozenset({"owner", "clinician", "nurse", "scheduler", "biller", "front_desk", "manager"})
SEES_CASES = WORKS | {"privacy_officer", "auditor"}
CLINICAL = frozenset({"owner", "clinician", "nurse", "manager"})
RUNS = frozenset({"owner", "manager"})
# Who puts people on call; everybody who works here asks for their own swaps and time off.
CHANGES_ROSTER = RUNS | {"clinician", "nurse"}
SEES_SET_UP = RUNS | {"privacy_officer", "security_officer", "auditor"}
# Who invites people, changes their roles and ends their access.
GIVES = frozenset({"owner", "manager", "security_officer"})
STOPS = RUNS | {"privacy_officer", "security_officer"}
# The privacy officer's registers; an auditor reads them.
KEEPS_REGISTERS = frozenset({"owner", "privacy_officer", "security_officer"})
READS_REGISTERS = KEEPS_REGISTERS | {"auditor"}
# Whoever answers patients about their records, and places legal holds.
KEEPS_RECORDS = frozenset({"owner", "privacy_officer"})

# Who reviews emergency access and holds the sealed codes (C8).
REVIEWS_GLASS = frozenset({"owner", "privacy_officer", "security_officer"})


@dataclass(frozen=True, slots=True)
class Route:
    """One row: who may, and what the door does about it.

    `act` is how the audit log calls it; a GET of a `change` is a view. `patients`: it shows or changes patients' data,
    so it is refused when nothing can be audited. `polls`: the page asks by itself, which is no sign of a person.
    `fresh`: to POST it, one shows a factor again when the last one is older than five minutes (C7).
    """

    roles: frozenset[str]
    act: Literal["view", "search", "export", "change", "sign_in", "none"] = "none"
    patients: bool = False
    polls: bool = False
    fresh: bool = False


NOBODY = Route(frozenset())
ROUTES: Mapping[str, Route] = {
    "today": Route(SEES_CASES, act="view", patients=True),
    "today_lists": Route(SEES_CASES, act="view", patients=True, polls=True),
    "urgent_strip": Route(SEES_CASES, act="view", patients=True, polls=True),
    "case": Route(SEES_CASES, act="view", patients=True),
    "case_thread": Route(SEES_CASES, act="view", patients=True, polls=True),
    "acknowledge": Route(CLINICAL | {"front_desk", "scheduler"}, act="change", patients=True),
    "called_back": Route(CLINICAL, act="change", patients=True),
    "claim": Route(WORKS, act="change", patients=True),
    "release": Route(WORKS, act="change", patients=True),
    "tried": Route(WORKS, act="change", patients=True),
    "done": Route(WORKS, act="change", patients=True),
    "note": Route(WORKS, act="change", patients=True),
    "reply": Route(WORKS, act="change", patients=True),
    "secure_send": Route(WORKS, act="change", patients=True),
    "voicemail": Route(SEES_CASES, act="view", patients=True),
    "secure_file": Route(WORKS, act="view", patients=True),
    "reply_lint": Route(WORKS, polls=True),
    "case_here": Route(WORKS, polls=True),
    "case_assign": Route(WORKS, act="change", patients=True),
    "case_snooze": Route(WORKS, act="change", patients=True),
    "mentions": Route(WORKS, act="view", patients=True),
    "close": Route(WORKS, act="change", patients=True),
    "opt_out": Route(WORKS | {"privacy_officer"}, act="change", patients=True),
    "refill_done": Route(CLINICAL, act="change", patients=True),
    # A number is named by its keyed digest in these addresses.
    "choices": Route(SEES_CASES, act="search", patients=True),
    "choices_number": Route(SEES_CASES, act="view", patients=True),
    "choices_stop": Route(WORKS | {"privacy_officer"}, act="change", patients=True),
    "choices_lift": Route(WORKS | {"privacy_officer"}, act="change", patients=True),
    "choices_consent": Route(WORKS | {"privacy_officer"}, act="change", patients=True),
    "choices_level": Route(WORKS | {"privacy_officer"}, act="change", patients=True),
    "choices_never": Route(RUNS | {"privacy_officer", "clinician", "nurse"}, act="change", patients=True),
    "choices_proof": Route(RUNS | {"privacy_officer"}, act="export", patients=True, fresh=True),
    "greeting": Route(RUNS | {"privacy_officer"}, act="change"),
    "tasks": Route(SEES_CASES, act="view", patients=True),
    "task_lists": Route(SEES_CASES, act="view", patients=True, polls=True),
    "next_task": Route(WORKS, act="change", patients=True),
    "task_acts": Route(WORKS, act="view", polls=True),
    "task_bulk": Route(WORKS, act="change", patients=True),
    "task_undo": Route(WORKS, act="change", patients=True),
    "task_finish": Route(WORKS, act="change", patients=True, polls=True),
    # The call panel: who is on the phone is checked before their record is spoken of.
    "callback": Route(WORKS, act="view", patients=True),
    "callback_take": Route(WORKS, act="change", patients=True),
    "callback_who": Route(WORKS, act="change", patients=True),
    "callback_outcome": Route(WORKS, act="change", patients=True),
    # One patient: numbers, what may be sent, visits, earlier cases.
    "person": Route(WORKS | {"privacy_officer"}, act="view", patients=True),
    "person_flag": Route(WORKS, act="change", patients=True),
    "inbox": Route(SEES_CASES, act="view", patients=True),
    "inbox_list": Route(SEES_CASES, act="view", patients=True, polls=True),
    "inbox_case": Route(SEES_CASES, act="view", patients=True),
    "view_keep": Route(SEES_CASES, act="change"),
    "view_rename": Route(SEES_CASES, act="change"),
    "view_delete": Route(SEES_CASES, act="change"),
    # Only whoever reads names, numbers and words searches them.
    "search": Route(WORKS | {"privacy_officer"}, act="search", patients=True),
    "on_call": Route(SIGNED_IN, act="view"),
    "on_call_add": Route(CHANGES_ROSTER, act="change"),
    "on_call_remove": Route(CHANGES_ROSTER, act="change"),
    "on_call_calendar": Route(SIGNED_IN, act="view", polls=True),
    "on_call_trouble": Route(SIGNED_IN, act="view", polls=True),
    "on_call_swaps": Route(SIGNED_IN, act="view", polls=True),
    "on_call_reach": Route(SIGNED_IN, act="view", polls=True),
    "on_call_put": Route(CHANGES_ROSTER, act="change"),
    "on_call_undo": Route(CHANGES_ROSTER, act="change"),
    "on_call_rotation": Route(CHANGES_ROSTER, act="change"),
    "on_call_preview": Route(CHANGES_ROSTER, act="view"),
    "on_call_holiday": Route(CHANGES_ROSTER, act="change"),
    "on_call_away": Route(WORKS, act="change"),
    "on_call_drop": Route(WORKS, act="change"),
    "on_call_swap": Route(WORKS, act="change"),
    "on_call_answer": Route(WORKS, act="change"),
    "reach_add": Route(SIGNED_IN, act="change"),
    "reach_test": Route(SIGNED_IN, act="change"),
    "reach_remove": Route(SIGNED_IN, act="change"),
    # The link of a test page: it shows the practice's short name only.
    "reached": Route(ANYBODY, act="change"),
    "setup": Route(SEES_SET_UP, act="view"),
    "line_mode": Route(RUNS, act="change"),
    "kill": Route(STOPS, act="change"),
    "policy": Route(RUNS, act="change", fresh=True),
    "policy_restore": Route(RUNS, act="change", fresh=True),
    "setup_live": Route(RUNS, act="change"),
    "setup_call": Route(SEES_SET_UP, act="view", polls=True),
    "setup_practice": Route(SEES_SET_UP, act="view"),
    "setup_practice_save": Route(RUNS, act="change"),
    "setup_location_add": Route(RUNS, act="change"),
    "setup_location_save": Route(RUNS, act="change"),
    "setup_location_remove": Route(RUNS, act="change"),
    "setup_line_add": Route(RUNS, act="change"),
    "setup_line_save": Route(RUNS, act="change"),
    "setup_undo": Route(RUNS, act="change"),
    "setup_hours": Route(SEES_SET_UP, act="view"),
    "setup_hours_of": Route(SEES_SET_UP, act="view"),
    "setup_hours_save": Route(RUNS, act="change"),
    "setup_hours_try": Route(RUNS, act="view"),
    "setup_queues": Route(SEES_SET_UP, act="view"),
    "setup_windows": Route(SEES_SET_UP, act="view"),
    # It counts what was kept of last week; it shows numbers only.
    "setup_what_if": Route(RUNS, act="view"),
    "setup_words": Route(SEES_SET_UP, act="view"),
    "setup_word": Route(SEES_SET_UP, act="view"),
    "setup_word_check": Route(RUNS | {"privacy_officer"}, act="view"),
    "setup_word_draft": Route(RUNS | {"privacy_officer"}, act="change"),
    # Whoever wrote a draft never approves it; the page's act says so.
    "setup_word_act": Route(RUNS | {"privacy_officer"}, act="change", fresh=True),
    "setup_language": Route(RUNS | {"privacy_officer"}, act="change"),
    "setup_links": Route(SEES_SET_UP, act="view"),
    "setup_links_check": Route(SEES_SET_UP, act="view", polls=True),
    "setup_link_add": Route(RUNS, act="change", fresh=True),
    "setup_link_save": Route(RUNS, act="change", fresh=True),
    "directory": Route(RUNS, act="change", patients=True, fresh=True),
    "audit_log": Route(frozenset({"owner", "privacy_officer", "security_officer", "auditor"}), act="search"),
    "events": Route(SIGNED_IN, act="view", polls=True),
    "nav": Route(SIGNED_IN, act="view", patients=True, polls=True),
    "language": Route(ANYBODY),
    "sign_in": Route(ANYBODY, act="sign_in"),
    "sign_in_link": Route(ANYBODY, act="sign_in"),
    "sign_out": Route(ANYBODY, act="sign_in"),
    "compliance": Route(READS_REGISTERS, act="view"),
    "compliance_pack": Route(READS_REGISTERS, act="export", fresh=True),
    "compliance_inventory": Route(KEEPS_REGISTERS, act="change"),
    "compliance_access": Route(READS_REGISTERS, act="view"),
    "compliance_access_act": Route(KEEPS_REGISTERS, act="change", fresh=True),
    "compliance_audit": Route(READS_REGISTERS, act="view"),
    "compliance_audit_sign": Route(KEEPS_REGISTERS, act="change"),
    # What an incident's notes say may name people.
    "compliance_incidents": Route(READS_REGISTERS, act="view", patients=True),
    "compliance_incident_open": Route(KEEPS_REGISTERS, act="change", patients=True),
    "compliance_incident": Route(READS_REGISTERS, act="view", patients=True),
    "compliance_incident_add": Route(KEEPS_REGISTERS, act="change", patients=True),
    "compliance_settings": Route(READS_REGISTERS, act="view"),
    "compliance_setting_propose": Route(KEEPS_REGISTERS, act="change", fresh=True),
    "compliance_setting_act": Route(KEEPS_REGISTERS, act="change", fresh=True),
    "compliance_register": Route(READS_REGISTERS, act="view"),
    "compliance_register_add": Route(KEEPS_REGISTERS, act="change", fresh=True),
    "compliance_entry": Route(READS_REGISTERS, act="view"),
    "compliance_change": Route(KEEPS_REGISTERS, act="change", fresh=True),
    "device_act": Route(KEEPS_REGISTERS, act="change", fresh=True),
    # Everybody's own: open also to whom overdue training keeps from patients' pages.
    "training": Route(SIGNED_IN, act="view"),
    "training_module": Route(SIGNED_IN, act="view"),
    "training_attest": Route(SIGNED_IN, act="change"),
    "device_bind": Route(SIGNED_IN, act="change"),
    # One's own sessions (C6). A locked or warning page asks these by itself, which is no use of the session.
    "my_sessions": Route(SIGNED_IN, act="view"),
    "session_end": Route(SIGNED_IN, act="change"),
    "sessions_end_others": Route(SIGNED_IN, act="change"),
    "session_stay": Route(SIGNED_IN),
    "session_left": Route(SIGNED_IN, polls=True),
    "kiosk": Route(SIGNED_IN, act="change"),
    "lock": Route(SIGNED_IN, act="sign_in", polls=True),
    "locked": Route(SIGNED_IN, act="sign_in", polls=True),
    "again": Route(SIGNED_IN, act="sign_in"),
    # Emergency access (C8): to ask, a factor is shown again; the code's page is for when nobody can sign in.
    "emergency": Route(SIGNED_IN, act="change", fresh=True),
    "emergency_end": Route(SIGNED_IN, act="change"),
    "emergency_review": Route(REVIEWS_GLASS, act="change"),
    "emergency_codes": Route(REVIEWS_GLASS, act="change", fresh=True),
    "emergency_code": Route(ANYBODY, act="sign_in"),
    # Who works where (C2).
    "places": Route(RUNS | {"privacy_officer", "security_officer"}, act="view"),
    "places_set": Route(RUNS | {"privacy_officer", "security_officer"}, act="change", fresh=True),
    # Accounts: each asks by itself for what it needs (a password, a session that began, a link).
    "account_login": Route(ANYBODY, act="sign_in"),
    "account_logout": Route(ANYBODY, act="sign_in"),
    "account_inactive": Route(ANYBODY, act="sign_in"),
    "account_reauthenticate": Route(ANYBODY, act="sign_in"),
    "account_change_password": Route(ANYBODY, act="sign_in"),
    "mfa_index": Route(ANYBODY, act="sign_in"),
    "mfa_authenticate": Route(ANYBODY, act="sign_in"),
    "mfa_reauthenticate": Route(ANYBODY, act="sign_in"),
    "mfa_activate_totp": Route(ANYBODY, act="sign_in"),
    "mfa_deactivate_totp": Route(ANYBODY, act="sign_in"),
    "mfa_view_recovery_codes": Route(ANYBODY, act="sign_in"),
    "mfa_generate_recovery_codes": Route(ANYBODY, act="sign_in"),
    "mfa_download_recovery_codes": Route(ANYBODY, act="sign_in"),
    "mfa_list_webauthn": Route(ANYBODY, act="sign_in"),
    "mfa_add_webauthn": Route(ANYBODY, act="sign_in"),
    "mfa_reauthenticate_webauthn": Route(ANYBODY, act="sign_in"),
    "mfa_login_webauthn": Route(ANYBODY, act="sign_in"),
    "mfa_remove_webauthn": Route(ANYBODY, act="sign_in"),
    "mfa_edit_webauthn": Route(ANYBODY, act="sign_in"),
    "enter": Route(ANYBODY, act="sign_in"),
    "enrol": Route(ANYBODY, act="sign_in"),
    "invited": Route(ANYBODY, act="sign_in"),
    # Single sign-on (C11): each step is guarded by its own state; the set-up page never shows a secret.
    **dict.fromkeys(
        (
            "sign_on_ways",
            "socialaccount_login_cancelled",
            "openid_connect_login",
            "openid_connect_callback",
            "saml_login",
            "saml_acs",
            "saml_finish_acs",
            "saml_metadata",
            "saml_sls",
        ),
        Route(ANYBODY, act="sign_in"),
    ),
    "sign_on": Route(frozenset({"owner", "privacy_officer", "security_officer", "auditor"}), act="view"),
    "sign_on_add": Route(frozenset({"owner", "security_officer"}), act="change", fresh=True),
    "sign_on_switch": Route(frozenset({"owner", "security_officer"}), act="change", fresh=True),
    "people": Route(GIVES | {"privacy_officer", "auditor"}, act="view"),
    "people_invite": Route(GIVES, act="change", fresh=True),
    "people_withdraw": Route(GIVES, act="change", fresh=True),
    "people_role": Route(GIVES, act="change", fresh=True),
    "people_reset": Route(GIVES, act="change", fresh=True),
    "people_leave": Route(GIVES, act="change", fresh=True),
    # Patients' requests and what is kept (C27, C56-C58, C60, C61).
    "records": Route(KEEPS_RECORDS, act="view", patients=True),
    "records_take": Route(KEEPS_RECORDS, act="change", patients=True),
    "records_request": Route(KEEPS_RECORDS, act="view", patients=True),
    "records_act": Route(KEEPS_RECORDS, act="change", patients=True),
    "records_copy": Route(KEEPS_RECORDS, act="export", patients=True, fresh=True),
    "legal_holds": Route(KEEPS_RECORDS, act="view", patients=True),
    "holds_ask": Route(KEEPS_RECORDS, act="change", patients=True, fresh=True),
    "holds_act": Route(KEEPS_RECORDS, act="change", patients=True, fresh=True),
    "disclosures": Route(KEEPS_RECORDS, act="view", patients=True),
    "disclosures_add": Route(KEEPS_RECORDS, act="change", patients=True),
    "disclosures_hold": Route(KEEPS_RECORDS, act="change", patients=True),
    "kept": Route(KEEPS_RECORDS | {"security_officer", "auditor"}, act="view"),
    "kept_set": Route(KEEPS_RECORDS, act="change", fresh=True),
    "export_practice": Route(KEEPS_RECORDS, act="export", patients=True, fresh=True),
    "health": Route(ANYBODY),
    # A patient's page: the token names one case, and name and birth date are asked before anything is shown.
    "patient": Route(ANYBODY, act="view", patients=True),
    # The on-call clinician's link: it shows an id and an age only.
    "ack": Route(ANYBODY, act="view", patients=True),
    # The demo's page shows a made-up practice and guards itself.
    "demo": Route(ANYBODY),
    "demo_enter": Route(ANYBODY),
    "demo_live": Route(ANYBODY),
    "demo_call": Route(ANYBODY),
    "demo_text": Route(ANYBODY),
    "demo_clock": Route(ANYBODY),
    "demo_acknowledge": Route(ANYBODY),
    "demo_task": Route(ANYBODY),
    "demo_scene": Route(ANYBODY),
    "demo_reset": Route(ANYBODY),
}

# Field masks (C2): what these roles see of a case beyond ids, moments and field terms.
READS_NUMBERS = WORKS | {"privacy_officer"}
READS_WORDS = WORKS | {"privacy_officer"}


def may(role: str, route: str) -> bool:
    """Whether this role may use this route; an unknown route is nobody's."""
    row = ROUTES.get(route, NOBODY)
    return row.roles is ANYBODY or role in row.roles
