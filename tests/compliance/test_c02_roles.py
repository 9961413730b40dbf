"""C2: deny by default; a route the table does not know is nobody's, whoever asks."""

from __future__ import annotations

from ringback.web import routes


def test_a_route_without_a_row_is_nobodys() -> None:
    assert not any(routes.may(role, "no_such_route") for role in routes.ROLES)


def test_an_integration_sees_no_page(desk, browse) -> None:
    client = browse("integration")
    for name in ("/", "/tasks", "/setup", "/on-call"):
        assert client.get(name).status_code == 403
