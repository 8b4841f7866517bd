"""The example of a proxy, docs/nginx.conf: nginx reads it, and it passes on what the site takes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from archive.web.body_limits import FILES_TAKEN, VISITORS_BYTES

CONFIGURATION = (Path(__file__).parents[1] / "docs" / "nginx.conf").read_text()
UPLOAD = "00000000-0000-0000-0000-000000000000"


@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("openssl"), reason="nginx or openssl is missing")
def test_nginx_reads_the_example(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=archive.example.org",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = CONFIGURATION.replace("/etc/ssl/archive.example.org.crt", str(certificate))
    site = site.replace("/etc/ssl/private/archive.example.org.key", str(key))
    # Nothing is written outside of this folder, and no port of the machine is asked for.
    site = site.replace("listen 80;", "listen 127.0.0.1:8480;").replace("listen 443 ssl;", "listen 127.0.0.1:8443 ssl;")
    (tmp_path / "strandline.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log off; include {tmp_path}/strandline.conf;\n"
        + "".join(
            f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + "}"
    )

    tested = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)

    assert tested.returncode == 0, tested.stderr


@pytest.mark.parametrize("name", FILES_TAKEN)
def test_whatever_takes_files_may_be_sent_them_through_the_example(name: str) -> None:
    taken, _permission = FILES_TAKEN[name]
    address = reverse(name, args=[UPLOAD] if name == "file_upload" else [])
    [location] = [body for pattern, body in _locations() if pattern.match(address)]

    assert _bytes(re.search(r"client_max_body_size (\w+);", location)[1]) >= taken
    assert "proxy_request_buffering off;" in location


def test_a_form_may_be_as_large_as_the_site_takes_it_from_visitors() -> None:
    before_locations = CONFIGURATION.partition("location")[0]

    assert _bytes(re.search(r"client_max_body_size (\w+);", before_locations)[1]) >= VISITORS_BYTES


def _locations() -> list[tuple[re.Pattern, str]]:
    """Return the locations other than `/`, each with the addresses that it is for."""
    found = re.findall(r"location (~ )?(\S+) \{(.*?)\n    \}", CONFIGURATION, re.DOTALL)
    return [
        (re.compile(written if is_pattern else re.escape(written)), body)
        for is_pattern, written, body in found
        if written != "/"
    ]


def _bytes(written: str) -> float:
    return float(written.removesuffix("m")) * 1024**2 or float("inf")
