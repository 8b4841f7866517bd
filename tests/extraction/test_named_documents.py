"""What a file names of documents is kept with its reading, once."""

import io
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from PIL import Image

from archive.extraction.models import NamedDocument, Reading
from archive.extraction.readers.document_identifiers import Part
from archive.ingest import process_lines
from tests.builders import NOW, make_item
from tests.ingest.test_process_lines import send

pytestmark = pytest.mark.django_db

RAW = "605F385A877D41D35E76807EC60DC25F"
EXPORT = "xmp.did:813ee422-9736-4cdc-9be6-4e35ed8e41cb"
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f'<rdf:Description xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmpMM:DocumentID="{EXPORT}" '
    f'xmpMM:OriginalDocumentID="{RAW}"/></rdf:RDF></x:xmpmeta>'
)


def test_documents_are_kept_with_the_first_reading_and_not_again_with_the_next() -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), (9, 90, 60)).save(file, "JPEG", xmp=PACKET.encode())
    send(file.getvalue())
    process_lines.work_off()

    assert list(NamedDocument.objects.order_by("pk").values_list("part", "identifier")) == [
        (Part.WHOLE, RAW),
        (Part.WHOLE, EXPORT),
    ]
    call_command("reread_metadata", "--all")
    assert (Reading.objects.count(), NamedDocument.objects.count()) == (2, 2)


def test_documents_of_readings_from_before_are_named_by_the_migration() -> None:
    item = make_item()
    for _reading in range(2):
        Reading.objects.create(
            media_file=item.media_file,
            reader="embedded",
            reader_version="1",
            read_at=NOW,
            state="READ",
            statements=[["IFD0", "Make", "Canon"], ["XMP-xmpMM", "DocumentID", EXPORT]],
        )

    import_module("archive.extraction.migrations.0004_named_documents").name_documents(apps, None)

    assert list(NamedDocument.objects.values_list("media_file", "identifier")) == [(item.media_file_id, EXPORT)]
