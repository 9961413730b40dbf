"""The pages as a Django app (templates and static files)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ringback.web"
    label = "web"
