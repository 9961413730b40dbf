"""Django's settings for the demo: the product's own, with the demo's page beside it."""

from ringback.settings import *  # noqa: F403
from ringback.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [
    "ringback.demo.apps.DemoConfig",
    *INSTALLED_APPS,
    *[app for app in ("ringback.directory.apps.DirectoryConfig",) if app not in INSTALLED_APPS],
]
MIDDLEWARE = ["ringback.demo.frame.on_the_phone", *MIDDLEWARE]
ROOT_URLCONF = "ringback.demo.urls"
DEVICE_RULES = False
