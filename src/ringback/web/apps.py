"""The pages as a Django app (templates and static files), and what its logs may say: the name of a route, never a path.

A path may carry a token, and whoever reads a log could then act as its holder (C25).
"""

import logging

from django.apps import AppConfig

LOGGERS = ("django.request", "django.security.csrf")


class RouteNames(logging.Filter):
    """Puts the route's name in the place of the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always let the record through, its path replaced."""
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            name = match.url_name if match is not None else "an address that does not exist"
            record.args = tuple(name if value == request.path else value for value in record.args)
        return True


class WebConfig(AppConfig):
    name = "ringback.web"
    label = "web"

    def ready(self) -> None:
        """Filter what Django itself logs; whoever signs in from now on has a session (it listens to Django's signal)."""
        from ringback.web import sessions, sign_in_journal  # noqa: F401

        for name in LOGGERS:
            logger = logging.getLogger(name)
            if not any(isinstance(one, RouteNames) for one in logger.filters):
                logger.addFilter(RouteNames())
