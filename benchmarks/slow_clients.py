"""
Whether slow or silent clients hold up everybody else's pages, and what a large download costs in memory.

    python benchmarks/slow_clients.py [--server COMMAND] [--seconds 10]

Starts the web server of the Procfile, or another command in which {bind} stands for the address, over an archive of its
own, and asks for pages while others upload at 160 kbit/s, send half a header, read a download slowly, or post a large
body that nobody asked for.
"""

import argparse
import asyncio
import base64
import http.client
import json
import os
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UPLOAD_BYTES_A_SECOND = 20_000
LARGE_BYTES = 2 * 1024**3
PATHS = ("/", "/upload/", "/api/v1/items/")

SET_UP = """
import hashlib, json, django; django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone
from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.files.models import MediaFile
from archive.ingest.receive_files import open_accession
call_command("migrate", verbosity=0)
call_command("make_accounts", verbosity=0, stdout=open("/dev/null", "w"))
call_command("collectstatic", verbosity=0, interactive=False)
person = User.objects.get(username="archivist")
accession = open_accession(title="Slow clients", by=person)
path = settings.MEDIA_ROOT / "originals" / "large"
path.parent.mkdir(parents=True)
with path.open("wb") as stream:
    stream.truncate(LARGE_BYTES)
with path.open("rb") as stream:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
now = timezone.now()
media_file = MediaFile.objects.create(message_digest=digest, size_bytes=LARGE_BYTES, format_name="MP4",
    mime_type="video/mp4",
    width_px=1, height_px=1, duration_milliseconds=1, frame_rate=25.0, video_codec="h264", original_name="large.mp4",
    received_at=now, storage_path="large")
item = Item.objects.create(media_file=media_file, file_name="large.mp4", kind=Item.Kind.FOOTAGE, accession=accession,
    added_at=now)
session = SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print(json.dumps({"session": session.session_key, "accession": accession.pk, "item": item.pk}))
""".replace("LARGE_BYTES", str(LARGE_BYTES))


class Site:
    """A web server over an archive of its own."""

    def __init__(self, folder: Path, server: str) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.var = folder / "var"
        self.env = {
            **os.environ,
            "VAR_ROOT": str(self.var),
            "MEDIA_ROOT": str(folder / "media"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "archive.settings",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TMPDIR": str(self.temporary),
        }
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
        self.env |= {"BIND": f"127.0.0.1:{self.port}", "GRANIAN_PORT": str(self.port)}
        done = subprocess.run([sys.executable, "-c", SET_UP], env=self.env, check=True, capture_output=True, text=True)
        known = json.loads(done.stdout.splitlines()[-1])
        self.cookie, self.accession, self.item = f"sessionid={known['session']}", known["accession"], known["item"]
        command = server.replace("{bind}", self.env["BIND"])
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", command], env=self.env, cwd=ROOT, start_new_session=True, stdout=self.log, stderr=self.log
        )
        self.writers: list[asyncio.StreamWriter] = []
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                # The first download reads the original whole, to see that it is intact; that is kept for a day.
                for path in (*PATHS * 4, f"/items/{self.item}/original/"):
                    self.ask(path)
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    self.log.seek(0)
                    sys.exit(f"The server does not answer.\n{self.log.read()}")
                time.sleep(0.2)

    def ask(self, path: str, timeout: float = 30) -> float:
        """Ask for a page over a connection of its own; return how long it took, in milliseconds."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            response = connection.getresponse()
            response.read()
            assert response.status == 200, (path, response.status)
        finally:
            connection.close()
        return 1000 * (time.perf_counter() - began)

    def begin_upload(self) -> str:
        """Begin an upload of 8 MiB; return its address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/upload/", headers={"Cookie": self.cookie})
        response = connection.getresponse()
        token = response.headers["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]
        response.read()
        metadata = {"filename": f"{uuid.uuid4()}.jpg", "accession": str(self.accession)}
        self.csrf = {"Cookie": f"{self.cookie}; csrftoken={token}", "X-CSRFToken": token, "Tus-Resumable": "1.0.0"}
        connection.request("POST", "/upload/files/", headers=self.csrf | {
            "Upload-Length": str(8 * 1024**2), "Content-Length": "0",
            "Upload-Metadata": ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in metadata.items()),
        })  # fmt: skip
        response = connection.getresponse()
        assert response.status == 201, (response.status, response.read())
        response.read()
        connection.close()
        return response.headers["Location"]

    def memory(self) -> float:
        """Return the resident memory of all processes of the server, in MB."""
        total = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:
                    total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, ValueError, IndexError):
                pass
        return total / 1e6

    def spilt(self) -> float:
        """Return how many MB lie in the temporary folder now, unnamed files included."""
        held: dict[tuple, int] = {}
        for file in Path("/proc").glob("[0-9]*/fd/*"):
            try:
                if os.readlink(file).startswith((str(self.temporary), str(self.var / "temporary"))):
                    about = file.stat()
                    held[about.st_dev, about.st_ino] = about.st_blocks * 512
            except OSError:
                pass
        return sum(held.values()) / 1e6

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.log.close()


async def _send(site: Site, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    # Small buffers: what the kernel takes for a slow reader tells nothing of the server.
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    slow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(slow, ("127.0.0.1", site.port))
    reader, writer = await asyncio.open_connection(sock=slow, limit=64 * 1024)
    site.writers.append(writer)
    writer.write(head.replace("\n", "\r\n").encode())
    await writer.drain()
    return reader, writer


async def upload_slowly(site: Site) -> None:
    address = await asyncio.to_thread(site.begin_upload)
    headers = "".join(f"{name}: {value}\n" for name, value in site.csrf.items())
    _reader, writer = await _send(
        site,
        f"PATCH {address} HTTP/1.1\nHost: 127.0.0.1\n{headers}Upload-Offset: 0\n"
        f"Content-Type: application/offset+octet-stream\nContent-Length: {8 * 1024**2}\n\n",
    )
    while True:
        writer.write(b"x" * (UPLOAD_BYTES_A_SECOND // 4))
        await writer.drain()
        await asyncio.sleep(0.25)


async def send_half_a_header(site: Site) -> None:
    await _send(site, "GET / HTTP/1.1\nHost: 127.0.0.1\nX-Half: ")
    await asyncio.sleep(600)


async def send_nothing(site: Site) -> None:
    await _send(site, "")
    await asyncio.sleep(600)


async def download_slowly(site: Site) -> None:
    reader, _writer = await _send(
        site, f"GET /items/{site.item}/original/ HTTP/1.1\nHost: 127.0.0.1\nCookie: {site.cookie}\n\n"
    )
    while True:
        await reader.read(UPLOAD_BYTES_A_SECOND // 4)
        await asyncio.sleep(0.25)


async def post_what_nobody_asked_for(site: Site) -> None:
    reader, writer = await _send(
        site,
        "POST / HTTP/1.1\nHost: 127.0.0.1\nContent-Type: multipart/form-data; boundary=x\n"
        f"Content-Length: {256 * 1024**2}\n\n"
        '--x\nContent-Disposition: form-data; name="a"; filename="a"\n\n',
    )
    for _ in range(256):
        writer.write(bytes(1024**2))
        await writer.drain()
    await reader.read()


def measure(
    name: str, site: Site, client: Callable[[Site], Awaitable[None]] | None, number: int, seconds: float
) -> None:
    """Ask for pages while `number` clients do what they do; print how long pages took."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    tasks = [asyncio.run_coroutine_threadsafe(client(site), loop) for _ in range(number)] if client else []
    time.sleep(2)
    took: list[float] = []
    memory, spilt = site.memory(), 0.0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in PATHS:
            try:
                took.append(site.ask(path, timeout=seconds))
            except OSError as problem:
                took.append(float("inf"))
                print(f"      {path}: {problem!r}")
        memory, spilt = max(memory, site.memory()), max(spilt, site.spilt())
        time.sleep(0.1)
    failed = [repr(task.exception()) for task in tasks if task.done() and task.exception()]
    for task in tasks:
        task.cancel()
    time.sleep(0.5)
    for writer in site.writers:
        loop.call_soon_threadsafe(writer.transport.abort)
    time.sleep(1)
    site.writers.clear()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    print(
        f"{name:<34}{statistics.median(took):>9.0f}{max(took):>9.0f}{memory:>12.0f}{spilt:>11.1f}"
        + (f"  cut off: {len(failed)}, {failed[0]}" if failed else "")
    )
    time.sleep(0.5)


def download(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", f"/items/{site.item}/original/", headers={"Cookie": site.cookie})
    response, began, peak, size = connection.getresponse(), time.perf_counter(), 0.0, 0
    while block := response.read(8 * 1024**2):
        size += len(block)
        peak = max(peak, site.memory())
    seconds = time.perf_counter() - began
    print(f"a download of {size / 2**30:.0f} GiB: {seconds:.1f} s, the server's memory at most {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lines = (ROOT / "Procfile").read_text().splitlines()
    web = next(line.partition(": ")[2] for line in lines if line.startswith("web: "))
    parser.add_argument("--server", default=web)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="strandline-slow-"))
    site = Site(folder, asked.server)
    try:
        print(shlex.join(shlex.split(asked.server)))
        print(f"{'meanwhile':<34}{'median':>9}{'slowest':>9}{'memory':>12}{'spilt':>11}")
        print(f"{'':<34}{'ms':>9}{'ms':>9}{'MB':>12}{'MB':>11}")
        for name, client, number in (
            ("nothing", None, 0),
            ("4 slow uploads", upload_slowly, 4),
            ("20 slow uploads", upload_slowly, 20),
            ("24 half headers", send_half_a_header, 24),
            ("300 half headers", send_half_a_header, 300),
            ("300 silent connections", send_nothing, 300),
            ("20 slow downloads", download_slowly, 20),
            ("4 unasked bodies of 256 MiB", post_what_nobody_asked_for, 4),
        ):
            measure(name, site, client, number, asked.seconds)
        download(site)
    finally:
        site.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
