"""The demo page as a Django app; only the demo's own settings know it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ringback.demo"
    label = "demo"
