"""Damaged files by the dozen: each ends as a line with an outcome and a reason; none stops a worker or another file."""

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from tests.conftest import CORPUS
from tests.extraction.making import exif, gps, iptc, jpeg_with, xmp
from tests.filming import film
from tests.ingest.test_process_lines import send
from tests.sweeps.chosen import IS_WHOLE

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20240618
OF_EACH, OF_THE_CORPUS = (50, 500) if IS_WHOLE else (3, 12)
LARGEST_BYTES = 2_000_000
Outcome, State = AccessionLine.Outcome, AccessionLine.State


def whole_files(folder: Path) -> list[tuple[str, bytes]]:
    """Draw one small file of each sort, with the metadata that readers look into."""
    described = jpeg_with(
        folder,
        exif=exif(
            {0x010E: "A boat off Dover on Tuesday"}, {0x9003: "2024:06:18 05:12:00"}, gps((51, 1, 2), (2, 21, 3))
        ),
        iptc=iptc((2, 120, b"Un canot dans la Manche"), (2, 55, b"20240618")),
        xmp=xmp("<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>A boat</rdf:li></rdf:Alt></dc:description>"),
    )
    files = [("described.jpg", described.read_bytes()), ("clip.mp4", film(folder / "clip.mp4", seconds=1).read_bytes())]
    picture = Image.effect_noise((320, 200), 60).convert("RGB")
    for kind in ("PNG", "TIFF", "WEBP", "GIF", "JPEG"):
        drawn = BytesIO()
        picture.save(drawn, kind)
        files.append((f"noise.{kind.lower()}", drawn.getvalue()))
    return files


def mutants(name: str, content: bytes, count: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield damaged copies of a file: bits turned, cut off, doubled, zeroed, lengths made huge."""
    for number in range(count):
        damaged = bytearray(content)
        at = chance.randrange(len(damaged))
        length = chance.choice([1, 4, 64, 4096])
        match chance.choice(["bits", "start bits", "cut", "double", "zero", "huge"]):
            case "bits":
                for _ in range(chance.choice([1, 8, 200])):
                    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            case "start bits":
                # Headers stand at the beginning, and decide what is read how.
                for _ in range(chance.choice([1, 4, 16])):
                    damaged[chance.randrange(min(len(damaged), 600))] ^= 1 << chance.randrange(8)
            case "cut":
                del damaged[at:]
            case "double":
                damaged[at:at] = damaged[at : at + length] * 2
            case "zero":
                damaged[at : at + length] = bytes(len(damaged[at : at + length]))
            case "huge":
                damaged[at : at + 4] = b"\xff\xff\xff\xff"
        stem, _, ending = name.rpartition(".")
        # Its number makes twins of none.
        yield f"{stem}-{number}.{ending}", bytes(damaged) + f"{name}{number}".encode()


def bring_in(files: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> list[AccessionLine]:
    for name, content in files:
        send(content, name=name)
    process_lines.work_off()
    return list(AccessionLine.objects.order_by("pk"))


def check(lines: list[AccessionLine]) -> None:
    for line in lines:
        told = f"{line.original_name}: {line.state} {line.outcome} {line.reason}"
        assert line.state == State.DONE, told
        assert line.outcome in (Outcome.CREATED, Outcome.REFUSED), told
        assert line.outcome == Outcome.CREATED or line.reason, told
        assert "Traceback" not in line.reason, told
        assert "not foreseen" not in line.reason, told
        assert "/tmp/" not in line.reason, told


def test_damaged_files_of_every_sort_end_with_an_outcome_and_a_reason(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    files = [mutant for name, content in whole_files(tmp_path) for mutant in mutants(name, content, OF_EACH, chance)]

    lines = bring_in(files)

    check(lines)
    assert len(lines) == len(files)
    assert {Outcome.CREATED, Outcome.REFUSED} == {line.outcome for line in lines}


def test_damaged_files_of_the_corpus_end_with_an_outcome_and_a_reason(corpus: Path) -> None:
    chance = random.Random(SEED)
    photographs = sorted(path for folder in ("photos", "field", "malformed") for path in (CORPUS / folder).rglob("*"))
    small = [path for path in photographs if path.is_file() and 100 < path.stat().st_size < LARGEST_BYTES]
    chosen = chance.sample(small, min(OF_THE_CORPUS, len(small)))

    lines = bring_in(mutant for path in chosen for mutant in mutants(path.name, path.read_bytes(), 1, chance))

    check(lines)
    assert len(lines) == len(chosen)
