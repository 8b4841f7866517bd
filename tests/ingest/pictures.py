"""Small pictures that tests bring in, drawn here."""

import io
from pathlib import Path

from PIL import Image


def jpeg(shade: int = 120, *, size: tuple[int, int] = (320, 200), taken: str = "", description: str = "") -> bytes:
    """Draw a JPEG; each shade gives other bytes. `taken` is written as the camera writes it, 2024:06:18 05:12:00."""
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if description:
        exif[0x010E] = description
    file = io.BytesIO()
    Image.new("RGB", size, (shade, 90, 60)).save(file, "JPEG", exif=exif, comment=str(shade))
    return file.getvalue()


def delivery(folder: Path, **files: bytes) -> Path:
    """Write files into a folder; `a_jpg` becomes `a.jpg`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(content)
    return folder


def xmp(description: str, *, city: str = "", keywords: str = "") -> bytes:
    """Write a sidecar that says no more than a caption, a town and keywords."""
    said = f'<rdf:li xml:lang="x-default">{description}</rdf:li>'
    told = f"<dc:description><rdf:Alt>{said}</rdf:Alt></dc:description>" if description else ""
    told += f'<p:City xmlns:p="http://ns.adobe.com/photoshop/1.0/">{city}</p:City>' if city else ""
    told += f"<dc:subject><rdf:Bag><rdf:li>{keywords}</rdf:li></rdf:Bag></dc:subject>" if keywords else ""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">{told}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()
