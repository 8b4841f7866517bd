import argparse
import fcntl
import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.operation.bind_address import check_bind
from archive.operation.process_records import Recorder
from archive.operation.supervisor import Supervisor, commands_of


class Command(BaseCommand):
    help = "Run the processes of the Procfile, starting again each that ends. Ctrl-C or SIGTERM stops all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--bind", metavar="HOST:PORT", default=os.environ.get("BIND") or "127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        with (settings.VAR_ROOT / "serving").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CommandError(
                    f"The site runs already with this VAR_ROOT, as process {lock.read().strip()}. Stop that first."
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            check_bind(options["bind"])
            host, _colon, port = options["bind"].rpartition(":")
            os.environ |= {
                "GRANIAN_HOST": host.strip("[]"),
                "GRANIAN_PORT": port,
                # The Procfile says "python": this one, also where its environment was never activated.
                "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath))),
            }
            self.stdout.write(f"Strandline runs on http://{options['bind']} (Ctrl-C stops it)")
            self.stdout.flush()
            self._run()

    def _run(self) -> None:
        commands = commands_of((settings.BASE_DIR / "Procfile").read_text())
        recorder = Recorder()
        supervisor = Supervisor(commands, tell=recorder.tell)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.stop_soon)
        recorder.start(supervisor.processes)
        try:
            supervisor.run()
        finally:
            recorder.stop()
