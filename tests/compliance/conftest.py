"""Page tests' fixtures."""

from pages_site import browse, desk, django_ready, key_file, migrated

__all__ = ["browse", "desk", "django_ready", "key_file", "migrated"]
