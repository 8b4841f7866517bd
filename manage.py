#!/usr/bin/env python
"""Run one of Strandline's commands; `python manage.py help` lists them."""

import os
import select
import sys

# Commands that only read files, and the part that each belongs to. They know no record: no part is set up for them.
WITHOUT_RECORDS = {"read_metadata": "archive.extraction"}


def run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line, load_command_class

    name = "".join(sys.argv[1:2])
    try:
        if name in WITHOUT_RECORDS:
            # Django translates nothing before it knows the parts: here there are none.
            apps.populate(())
            load_command_class(WITHOUT_RECORDS[name], name).run_from_argv(sys.argv)
        else:
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"{problem}")
    finally:
        sys.stdout.flush()


def reader_has_gone() -> bool:
    """Say whether what a command prints goes into a pipe that nobody reads any more."""
    asked = select.poll()
    asked.register(sys.stdout, select.POLLOUT)
    return any(told & select.POLLERR for _file, told in asked.poll(0))


if __name__ == "__main__":
    try:
        run()
    except BrokenPipeError:
        if not reader_has_gone():
            raise
        # As in `manage.py status | head -1`: nobody wants the rest. It is not flushed into the pipe, and the shell is
        # told what it is told of any program that a closed pipe ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + 13)
