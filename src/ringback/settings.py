"""Django's settings. Django is the shell for people's pages; the core and the hot path never import it.

Everything secret or local comes from the environment; `ringback doctor` says what is unsafe.
"""

from __future__ import annotations

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from ringback.logs import LOGGING as LOGGING

_PARTS = conninfo_to_dict(os.environ.get("RINGBACK_DATABASE_URL", ""))
PACKAGE = Path(__file__).parent

SECRET_KEY = os.environ.get("RINGBACK_SECRET_KEY", "")
if not SECRET_KEY:
    # A process without a key (migrations, checks) gets one of its own: nothing it signs outlives it.
    import secrets

    SECRET_KEY = secrets.token_urlsafe(48)
DEBUG = False
PUBLIC_URL = os.environ.get("RINGBACK_PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = [h for h in os.environ.get("RINGBACK_HOSTS", "127.0.0.1,localhost").split(",") if h]
SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
# A form is small; a file is never put on a disk (the patient list would lie there in the clear).
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_MAX_MEMORY_SIZE = (64 * 1024 + 128) * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
# What was said to somebody stays on the server, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "__Host-ringback" if SECURE else "ringback"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ringback.store.apps.StoreConfig",
    "ringback.web.apps.WebConfig",
    "ringback.directory.apps.DirectoryConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ringback.web.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ringback.web.forgery.own_origin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ringback.web.middleware.door",
    "ringback.web.office_door.office_door",
]
ROOT_URLCONF = "ringback.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ringback.web.context.frame",
                "ringback.web.sign_on.buttons",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _PARTS.get("dbname", "ringback"),
        "USER": _PARTS.get("user", ""),
        "PASSWORD": _PARTS.get("password", ""),
        "HOST": _PARTS.get("host", ""),
        "PORT": str(_PARTS.get("port", "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            name: value for name, value in _PARTS.items() if name.startswith("ssl") or name == "channel_binding"
        },
    }
}
# Accounts are django-allauth's: invited people, a password and a second factor, or a passkey. Never a code by text or mail.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ringback.web.passwords.Obvious"},
]
ACCOUNT_ADAPTER = "ringback.web.accounts.Accounts"
# An invited person's user name is their e-mail. With both ways on, a known name would cost three hashes and an unknown
# one a single hash, and the time would say who has an account (`python -m ringback.bench.sign_in_times`).
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
# Tries and used codes are counted for all server processes together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
MFA_TOTP_TOLERANCE = 1
# Single sign-on: each practice its own provider (web/sign_on.py); tokens of providers are not kept.
SOCIALACCOUNT_ADAPTER = "ringback.web.sign_on.SignOns"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "ringback.web.oidc.Oidc"},
    "saml": {"provider_class": "ringback.web.saml.Saml"},
}
MFA_ADAPTER = "ringback.web.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
LOGIN_REDIRECT_URL = "/account/enter/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
# The member's own choice (a button in the menu); without one the browser's language, else English.
LANGUAGE_COOKIE_NAME = "ringback_lang"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = "UTC"
LOGIN_URL = "/sign-in/"
SILENCED_SYSTEM_CHECKS: list[str] = []
