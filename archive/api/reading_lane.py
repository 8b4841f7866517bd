"""Requests of the API that read a file while somebody waits take their place in the lane, once the file is here."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rest_framework.exceptions import APIException
from rest_framework.request import Request

from archive.accounts.addresses import client_address
from archive.files.idle_connection import let_go_of_the_database
from archive.files.reading_lane import RETRY_SECONDS, Busy, take_places


class NoPlace(APIException):
    """No place of the lane is free."""

    default_code = "busy"
    wait = RETRY_SECONDS  # becomes the header Retry-After

    def __init__(self, busy: Busy) -> None:
        super().__init__(str(busy))
        self.status_code = busy.status


@contextmanager
def place_in_lane(request: Request) -> Iterator[None]:
    """
    Hold a place for what a signed-in user sent; to be asked for within a view, which knows who they are.

    :raises NoPlace: none became free in two seconds
    """
    let_go_of_the_database()
    # Reads the body to its end, however slowly it comes.
    request.data  # noqa: B018
    with ExitStack() as places:
        try:
            take_places(places, account=request.user.pk, address=client_address(request))
        except Busy as busy:
            raise NoPlace(busy) from busy
        yield
