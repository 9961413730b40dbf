"""From an invitation to a practice's front page: a password is set, a second factor enrolled, a practice entered."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ringback.store import access, audit, invitations, practices
from ringback.web import second_factor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHOSEN = "practice"


def practices_of(account: int) -> list[int]:
    """The practices at which an account is staff now."""
    with access.practice(0) as rows:
        told = rows.all("select practice from membership where account = %s order by practice", (account,))
    found = []
    for row in told:
        with access.practice(row["practice"]) as rows:
            if practices.staff_of_account(rows, account) is not None:
                found.append(row["practice"])
    return found


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """After signing in: the practice, asked for when there are several."""
    if not request.user.is_authenticated:
        return redirect("sign_in")
    mine = practices_of(request.user.pk)
    if not mine:
        return render(request, "account/nowhere.html", status=403)
    told = request.POST.get("practice", "")
    chosen = int(told) if told.isdecimal() and len(told) < 10 and int(told) in mine else None
    if chosen is None and len(mine) == 1:
        chosen = mine[0]
    if chosen is None:
        names = []
        for number in mine:
            with access.practice(number) as rows:
                names.append((number, practices.practice(rows)["name"]))
        return render(request, "account/enter.html", {"practices": names})
    request.session[CHOSEN] = chosen
    with access.practice(chosen) as rows:
        member = practices.staff_of_account(rows, request.user.pk)
        assert member is not None
        audit.write(
            rows, act="sign_in", what="sign_in", by=str(member["id"]), role=member["role"],
            detail={"factors": sorted(second_factor.shown(request))},
        )  # fmt: skip
    return redirect("today")


@require_http_methods(["GET"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Says which second factor is wanted and leads to it."""
    if not request.user.is_authenticated:
        return redirect("sign_in")
    role = ""
    chosen = request.session.get(CHOSEN)
    if chosen is not None:
        with access.practice(int(chosen)) as rows:
            role = (practices.staff_of_account(rows, request.user.pk) or {}).get("role", "")
    has = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "passkey_only": role in second_factor.passkey_roles(),
        "has_app": str(Authenticator.Type.TOTP) in has,
        "has_passkey": str(Authenticator.Type.WEBAUTHN) in has,
    }
    return render(request, "account/enrol.html", context)


@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, practice: int, token: str) -> HttpResponse:
    """The link of an invitation: GET changes nothing, POST makes the account (or joins the one the person has)."""
    now = datetime.now(UTC)
    if practice >= 2**31:
        raise Http404
    with transaction.atomic(), access.practice(practice) as rows:
        found = invitations.find(rows, token, now)
        if found is None:
            return render(request, "account/invitation_over.html", status=404)
        about = practices.practice(rows)
        context = {"invitation": found, "practice": about}
        if request.method == "GET":
            return render(request, "account/invited.html", context)
        people = get_user_model()
        user = people.objects.select_for_update().filter(username=found["email"]).first()
        if user is not None and user.has_usable_password() and user.is_active:
            # The person has an account at another practice: its own password says that it is them.
            if not user.check_password(request.POST.get("password", "")[:128]):
                context["problem"] = "You have an account here already: give its password."
                return render(request, "account/invited.html", context, status=400)
        else:
            user = user or people(username=found["email"], email=found["email"], first_name="")
            password = request.POST.get("password", "")
            try:
                if password != request.POST.get("again", ""):
                    raise ValidationError("The two passwords are not the same.")
                if len(password) > 128:
                    raise ValidationError("A password has 128 characters at most.")
                validate_password(password, user)
                taken = [word for word in (about["name"], about["alias"]) if word.lower() in password.lower()]
                if taken:
                    raise ValidationError("A password must not hold the practice's name.")
            except ValidationError as wrong:
                context["problem"] = " ".join(wrong.messages)
                return render(request, "account/invited.html", context, status=400)
            user.is_active = True
            user.set_password(password)
            user.save()
        invitations.accept(rows, found, user.pk, now)
    login(request, user, backend=BACKEND)
    # The password was set this very moment: enrolling a factor need not ask for it again.
    record_authentication(request, user, method="password", username=user.username, reauthenticated=True)
    request.session[CHOSEN] = practice
    messages.info(request, "Welcome. One thing is left: a second factor.")
    return redirect("enrol")


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; who signs in without one (single sign-on) has none to change."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        messages.error(request, "This account has no password: it signs in another way.")
        return redirect("mfa_index")
    answer: HttpResponse = account.password_change(request)
    return answer
