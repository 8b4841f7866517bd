"""Fingerprints of no picture, by the hundred: random ones, and copies of them in which some bits differ."""

from collections.abc import Sequence

import numpy as np
from django.db.models import Max

from archive.files.models import MediaFile, Rendition
from archive.matching.compare_pictures import Traits
from archive.matching.features import CODE_BYTES, Features
from archive.matching.fingerprints import Print
from archive.matching.make_fingerprints import VERSION, traits_of
from archive.matching.models import Fingerprint, RevisionHead
from tests.builders import NOW

POINTS = 40


def made_up(rng: np.random.Generator) -> Traits:
    """Return what a picture may be recognised by."""
    codes = rng.integers(0, 256, (POINTS, CODE_BYTES), dtype=np.uint8)
    return _traits(rng.integers(0, 256, 32, dtype=np.uint8), codes)


def copy_of(traits: Traits, rng: np.random.Generator, *, share: float = 0.03) -> Traits:
    """Return the same with a share of all bits turned over."""
    pdq = np.frombuffer(bytes.fromhex(traits.print.pdq), np.uint8)
    return _traits(_with_noise(pdq, rng, share), _with_noise(traits.features.codes, rng, share))


def keep(all_traits: Sequence[Traits]) -> list[Fingerprint]:
    """Keep these as fingerprints of one file each, with the next revisions."""
    head, _is_new = RevisionHead.objects.get_or_create(pk=1)
    first = (MediaFile.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    keys = range(first, first + len(all_traits))
    digests = [f"{key:064x}" for key in keys]
    MediaFile.objects.bulk_create(
        MediaFile(pk=key, message_digest=digest, size_bytes=1, format_name="JPEG", received_at=NOW)
        for key, digest in zip(keys, digests, strict=True)
    )
    copies = Rendition.objects.bulk_create(
        Rendition(media_file_id=key, purpose="SCREEN", width_px=1, height_px=1, size_bytes=1, made_at=NOW)
        for key in keys
    )
    rows = Fingerprint.objects.bulk_create(
        Fingerprint(
            media_file_id=copy.media_file_id,
            rendition=copy,
            pdq=traits.print.pdq,
            pdq_mirrored=traits.print.pdq_mirrored,
            quality=100,
            trim=[0, 0, 1, 1],
            features=traits.features.to_bytes(),
            version=VERSION,
            revision=head.last + number,
        )
        for number, (copy, traits) in enumerate(zip(copies, all_traits, strict=True), start=1)
    )
    head.last += len(rows)
    head.save(update_fields=["last"])
    return rows


def kept(number: int, seed: int) -> list[Fingerprint]:
    """Keep so many: half of them random, the others copies of those."""
    rng = np.random.default_rng(seed)
    random = [made_up(rng) for _ in range((number + 1) // 2)]
    return keep([*random, *(copy_of(traits, rng) for traits in random)][:number])


def query(row: Fingerprint, seed: int = 0) -> Traits:
    """Return a copy of a kept fingerprint, to be looked up."""
    return copy_of(traits_of(row), np.random.default_rng(seed))


def _with_noise(octets: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    bits = np.unpackbits(octets)
    return np.packbits(bits ^ (rng.random(bits.shape) < share)).reshape(octets.shape)


def _traits(pdq: np.ndarray, codes: np.ndarray) -> Traits:
    rng, plain = np.random.default_rng(1), np.ones(len(codes), np.float32)
    points = rng.random((len(codes), 2), dtype=np.float32)
    features = Features(1600, 1200, points, plain, plain, codes)
    return Traits(Print(pdq.tobytes().hex(), pdq[::-1].tobytes().hex(), 100), features, lambda: None)
