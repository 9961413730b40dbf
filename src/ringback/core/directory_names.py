"""What exports call their columns, their yes and no, and their languages.

The names come from the demographic and appointment exports of common practice systems; a header is compared by its
letters and digits only, so "Cell Phone #", "cell_phone" and "CELLPHONE" are one.
"""

from __future__ import annotations

import re

FIELDS = {
    "record": "text", "name": "text", "first_name": "text", "last_name": "text", "birth_date": "date",
    "mobile": "phone", "home": "phone", "work": "phone", "phone": "phone", "phone_kind": "text", "language": "text",
    "next_visit": "date", "next_visit_time": "text", "callback_requested": "flag", "open_refill": "flag",
    "recent_visit": "flag", "consent": "flag",
}  # fmt: skip
"""Our fields and what each holds."""

_HEADERS = {
    "record": (
        "record, record id, record number, mrn, medical record number, medical record no, patient id, patientid, "
        "pat id, patient number, patient no, patient account number, account number, acct no, chart, chart number, "
        "chart no, chart id, person number, enterprise id, athena id, epic id, external id, id"
    ),
    "name": "name, full name, patient name, patient, patient full name, pat name, nombre completo",
    "first_name": "first, first name, firstname, given name, patient first name, pat first name, legal first name, nombre",
    "last_name": "last, last name, lastname, family name, surname, patient last name, pat last name, legal last name, apellido, apellidos",
    "birth_date": "birth date, birthdate, dob, date of birth, patient dob, pat dob, patient date of birth, birthday, fecha de nacimiento",
    "mobile": (
        "mobile, mobile phone, mobile number, cell, cell phone, cellular, cell number, cellphone, patient mobile, "
        "patient mobile phone, patient cell phone, mobile no, celular, text number"
    ),
    "home": "home, home phone, home number, phone home, patient home phone, pat home phone, homephone, telefono de casa",
    "work": "work, work phone, work number, phone work, business phone, patient work phone, workphone",
    "phone": "phone, phone number, telephone, primary phone, preferred phone, phone 1, phone 2, contact phone, patient phone, telefono",
    "phone_kind": "phone kind, phone type, primary phone type, preferred phone type",
    "language": "language, lang, preferred language, primary language, patient language, pref language, idioma",
    "next_visit": (
        "next visit, next appointment, next appt, next appointment date, next appt date, appointment date, appt date, "
        "next scheduled appointment, appointment, appt, next visit date, proxima cita"
    ),
    "next_visit_time": "next visit time, next appointment time, next appt time, appointment time, appt time, start time",
    "callback_requested": "callback requested, call back requested, needs callback, callback, call back",
    "open_refill": "open refill, open refill request, refill pending, pending refill, refill open",
    "recent_visit": "recent visit, seen recently, recently seen",
    "consent": "consent, text consent, sms consent, texting consent, consent to text, ok to text, text opt in, sms opt in",
}
YES = frozenset({"y", "yes", "true", "t", "1", "x", "si", "sí", "checked", "on"})
NO = frozenset({"", "n", "no", "false", "f", "0", "none", "null", "n/a", "unchecked", "off"})
LANGUAGES = {
    name: code
    for code, names in {
        "en": "english eng en-us inglés ingles", "es": "spanish spa español espanol castilian es-us",
        "zh": "chinese mandarin cantonese zho chi", "vi": "vietnamese vie", "ko": "korean kor", "tl": "tagalog tgl filipino",
        "ru": "russian rus", "ar": "arabic ara", "fr": "french fra fre", "ht": "haitian hat creole", "pt": "portuguese por",
        "pl": "polish pol", "de": "german deu ger", "ja": "japanese jpn", "it": "italian ita", "hi": "hindi hin",
        "fa": "persian farsi fas", "so": "somali som", "am": "amharic amh", "uk": "ukrainian ukr", "bn": "bengali ben",
    }.items()
    for name in (code, *names.split())
}  # fmt: skip


def plain(head: str) -> str:
    """A header's letters and digits in lower case, without accents."""
    for mark, letter in zip("áéíóúñ", "aeioun", strict=True):
        head = head.lower().replace(mark, letter)
    return re.sub(r"[^a-z0-9]", "", head)


_KNOWN = {plain(head): field for field, heads in _HEADERS.items() for head in heads.split(",")} | {
    plain(field): field for field in FIELDS
}


def field_of(head: str) -> str | None:
    """Our field for a header, None when it is not known."""
    return _KNOWN.get(plain(head))
