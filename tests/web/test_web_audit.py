"""The audit log as the privacy officer reads it."""

from __future__ import annotations

from desk import MARIA, STRANGE, Desk
from django.urls import reverse


def test_the_officer_sees_who_opened_a_case_and_nothing_of_the_patient(desk: Desk, browse) -> None:
    case = desk.text(MARIA, "BILLING")
    browse("biller").get(reverse("case", args=[case]))
    officer = browse("privacy_officer")
    page = officer.get(reverse("audit_log"), {"object": str(case)}).content.decode()
    assert "looked at" in page and "Biller" in page and "case:" not in page.split("<tbody>")[0]
    assert MARIA[-7:] not in page and "Maria" not in page


def test_filters_find_and_an_empty_answer_says_so(desk: Desk, browse) -> None:
    desk.miss(STRANGE)
    officer = browse("auditor")
    page = officer.get(reverse("audit_log"), {"act": "refusal"}).content.decode()
    assert "Nothing like that was written down" in page or "was refused" in page
    page = officer.get(reverse("audit_log"), {"from": "1999-01-01", "to": "1999-01-02"}).content.decode()
    assert "Nothing like that was written down" in page
    for nonsense in ({"from": "x"}, {"before": "9" * 40}, {"by": "'; drop table audit"}, {"object": "%00\x00"}):
        assert officer.get(reverse("audit_log"), nonsense).status_code == 200, nonsense


def test_those_who_work_cases_do_not_read_the_log(desk: Desk, browse) -> None:
    for role in ("front_desk", "scheduler", "nurse", "manager"):
        assert browse(role).get(reverse("audit_log")).status_code == 403
