"""The addresses of single sign-on: setting it up, its buttons, and the steps of OpenID Connect and SAML."""

from django.urls import path

from ringback.web import oidc, saml
from ringback.web.pages import sign_on

OIDC, SAML = "account/sign-on/oidc/<slug:provider_id>", "account/sign-on/saml/<slug:organization_slug>"
urlpatterns = [
    path("people/sign-on", sign_on.page, name="sign_on"),
    path("people/sign-on/add", sign_on.add, name="sign_on_add"),
    path("people/sign-on/<slug:slug>/switch", sign_on.switch, name="sign_on_switch"),
    path("account/sign-on/<int:practice>", sign_on.ways, name="sign_on_ways"),
    path("account/sign-on/cancelled", sign_on.cancelled, name="socialaccount_login_cancelled"),
    path(OIDC, oidc.start, name="openid_connect_login"),
    path(f"{OIDC}/back", oidc.callback, name="openid_connect_callback"),
    path(SAML, saml.start, name="saml_login"),
    path(f"{SAML}/back", saml.acs, name="saml_acs"),
    path(f"{SAML}/back/finish", saml.finish, name="saml_finish_acs"),
    path(f"{SAML}/metadata", saml.metadata, name="saml_metadata"),
    path(f"{SAML}/out", saml.no_sign_out, name="saml_sls"),
]
