"""Whether this process answers: a plain word, without the database and without a sign-in."""

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """200 as long as the process serves pages."""
    return HttpResponse("ok\n", content_type="text/plain")
