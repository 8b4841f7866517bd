"""Pack pages into the containers that browsers and archives save them in."""

import io
import json
import zipfile
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
