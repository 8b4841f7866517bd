"""The address that the site listens on."""

import socket

from django.core.management.base import CommandError


def check_bind(bind: str) -> None:
    """
    Try to listen where the site will.

    :raises CommandError: it is no address, or another program listens there
    """
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit():
        raise CommandError(f"BIND={bind} is not understood: it takes an address and a port, as in 127.0.0.1:8000.")
    try:
        family, *_, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as problem:
        raise CommandError(
            f"The site cannot listen on {bind}: {problem.strerror}. Stop what runs there, or choose another address: "
            "make run BIND=127.0.0.1:8001"
        ) from problem
