"""The addresses of accounts: those of django-allauth that we offer, by their own names, and ours for invited people."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from ringback.web.pages import accounts, people

urlpatterns = [
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", accounts.password, name="account_change_password"),
    path("account/factors/", mfa.index, name="mfa_index"),
    path("account/factors/show/", mfa.authenticate, name="mfa_authenticate"),
    path("account/factors/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/factors/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/factors/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/factors/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("account/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/enter/", accounts.enter, name="enter"),
    path("account/enrol/", accounts.enrol, name="enrol"),
    path("invited/<int:practice>/<str:token>", accounts.invited, name="invited"),
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="people_invite"),
    path("people/invitations/<uuid:invitation>/withdraw", people.withdraw, name="people_withdraw"),
    path("people/<int:member>/role", people.role, name="people_role"),
    path("people/<int:member>/reset", people.reset, name="people_reset"),
    path("people/<int:member>/leave", people.leave, name="people_leave"),
]
