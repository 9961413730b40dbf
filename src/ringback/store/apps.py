"""The store as a Django app, so that its migrations run."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "ringback.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
