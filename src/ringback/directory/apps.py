"""The patient list's page as a Django app (its templates)."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "ringback.directory"
    label = "directory"
