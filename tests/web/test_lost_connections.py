"""PostgreSQL may restart: no request pays for it."""

import io

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.test import RequestFactory

from tests.builders import make_place

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no server that could go away"),
]


def test_the_next_request_after_the_server_closed_the_connection_is_answered() -> None:
    make_place("Dunkirk")
    application, statuses = get_wsgi_application(), []

    def ask() -> None:
        environ = RequestFactory().get("/api/v1/places/", HTTP_HOST="localhost").environ | {"wsgi.input": io.BytesIO()}
        answer = application(environ, lambda status, headers: statuses.append(status))
        b"".join(answer)
        answer.close()

    ask()
    assert connection.connection, "the connection is kept between requests"
    killed = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [killed])
    other.close()
    ask()

    assert statuses == ["200 OK", "200 OK"]
