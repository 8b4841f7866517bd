"""Pack pages into the containers that browsers and archives save them in."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

URL = "https://www.strandecho.example/2024/06/19/lifeboat-called-out-before-dawn"
PICTURE_URL = "https://img.strandecho.example/boat-1200.jpg"
MOMENT = "2024-06-21T10:00:00Z"


def picture(*, width: int = 60) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, 40), "steelblue").save(held, "JPEG")
    return held.getvalue()


def warc(path: Path, pages: dict[str, bytes], *, gzip: bool = True) -> Path:
    """Write responses by address; what ends in .jpg is a picture, all else a page."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzip)
        for url, content in pages.items():
            kind = "image/jpeg" if url.endswith(".jpg") else "text/html; charset=utf-8"
            headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(content),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": MOMENT},
            )
            writer.write_record(record)
    return path


@dataclass
class Stored:
    """One record of a WARC: a body as it was sent, or the word that it was the same before."""

    url: str
    body: bytes
    coding: str = ""
    is_revisit: bool = False


def warc_of(path: Path, records: list[Stored]) -> Path:
    """Write records as they are told; a page is what begins with its address, whatever is asked of its name."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for stored in records:
            kind = "text/html; charset=utf-8" if stored.url.startswith(URL) else "image/jpeg"
            headers = [("Content-Type", kind)] + ([("Content-Encoding", stored.coding)] if stored.coding else [])
            digest = f"sha1:{base64.b32encode(hashlib.sha1(stored.body, usedforsecurity=False).digest()).decode()}"
            record = writer.create_warc_record(
                stored.url,
                "revisit" if stored.is_revisit else "response",
                payload=io.BytesIO(b"" if stored.is_revisit else stored.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": MOMENT, "WARC-Payload-Digest": digest},
            )
            writer.write_record(record)
    return path


def wacz(path: Path, pages: dict[str, bytes], *, first: str) -> Path:
    inner = warc(path.with_suffix(".warc.gz"), pages)
    listed = [{"format": "json-pages-1.0", "id": "pages", "title": "All"}, {"url": first, "ts": MOMENT, "title": "x"}]
    with zipfile.ZipFile(path, "w") as package:
        package.write(inner, "archive/data.warc.gz")
        package.writestr("pages/pages.jsonl", "\n".join(map(json.dumps, listed)))
    inner.unlink()
    return path


def mhtml(path: Path, page: str, pictures: dict[str, bytes]) -> Path:
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Snapshot-Content-Location"] = URL
    message["Date"] = "Fri, 21 Jun 2024 10:00:00 -0000"
    message.make_related()
    message.add_related(page.encode(), "text", "html", cte="quoted-printable", headers=[f"Content-Location: {URL}"])
    for location, content in pictures.items():
        message.add_related(content, "image", "jpeg", headers=[f"Content-Location: {location}"])
    path.write_bytes(message.as_bytes())
    return path
