"""What is held is found again, each pair once, whoever arrives when and however often the step is taken."""

import threading

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from archive.files.models import RenditionRequest
from archive.ledger.models import LedgerEntry
from archive.matching import find_matches, fingerprint_index, make_fingerprints
from archive.matching.find_matches import match_some
from archive.matching.fingerprint_index import Held
from archive.matching.kinds import Kind
from archive.matching.make_fingerprints import make, take
from archive.matching.models import Fingerprint, Match, MatchRuling
from archive.standards.vocabulary import Standing
from tests.files.failing_store import sign_of
from tests.matching.held_pictures import cropped, hold, hold_footage, reencoded
from tests.matching.pictures import photograph


def match_everything() -> None:
    while match_some(4):
        pass


def pairs() -> list[tuple[int, int]]:
    return sorted(Match.objects.values_list("held", "other"))


@pytest.mark.django_db
def test_a_copy_is_proposed_as_a_match_with_the_earlier_one_held():
    original = hold(photograph(1))
    match_everything()
    copy = hold(reencoded(photograph(1)))
    other = hold(photograph(2))

    match_everything()

    match = Match.objects.get()
    assert (match.held, match.other) == (original.media_file, copy.media_file)
    assert (match.kind, match.is_strong) == (Kind.REENCODED, True)
    assert match.distance <= 31
    assert len(match.transform) == 9
    assert LedgerEntry.objects.filter(verb="propose match", subject=f"matching.match:{match.pk}").exists()
    assert other.media_file_id not in pairs()[0]


@pytest.mark.django_db
def test_a_crop_is_found_that_pdq_alone_does_not_find():
    original, crop = hold(photograph(3)), hold(cropped(photograph(3)))

    match_everything()

    match = Match.objects.get()
    assert (match.held, match.other) == (original.media_file, crop.media_file)
    assert match.kind == Kind.CROPPED
    assert match.shared_of_other > 0.9
    assert match.shared_of_held == pytest.approx(4 / 9, abs=0.06)


@pytest.mark.django_db
def test_the_transform_leads_from_the_later_picture_to_the_earlier_whichever_was_matched_first():
    early = hold(photograph(4))
    Fingerprint.objects.update(leased_until=timezone.now() + make_fingerprints.LEASE)
    late = hold(cropped(photograph(4)))
    match_everything()
    Fingerprint.objects.update(leased_until=None)

    match_everything()

    match = Match.objects.get()
    assert (match.held, match.other) == (early.media_file, late.media_file)
    corner = np.array(match.transform).reshape(3, 3) @ (0, 0, 1)
    assert corner[:2] / corner[2] == pytest.approx((1 / 3, 1 / 3), abs=0.02)


@pytest.mark.django_db
def test_a_picture_too_plain_is_not_matchable_and_says_so():
    plain = [hold(np.full((600, 900, 3), 128, np.uint8)) for _ in range(2)]

    match_everything()

    rows = Fingerprint.objects.filter(media_file__in=[item.media_file for item in plain])
    assert not any(row.is_matchable for row in rows)
    assert all(row.unmatchable_because.startswith("It is too plain") for row in rows)
    assert not Match.objects.exists()


@pytest.mark.django_db
def test_a_still_is_matched_to_the_moment_of_footage_it_shows():
    footage = hold_footage({offset: photograph(100 + offset) for offset in range(0, 6000, 1000)})
    match_everything()
    still = hold(reencoded(photograph(3100)))
    still_of_4000 = hold(reencoded(photograph(4100)))

    match_everything()

    found = {match.other_id: match for match in Match.objects.all()}
    assert set(found) == {still.media_file_id, still_of_4000.media_file_id}
    assert {match.kind for match in found.values()} == {Kind.STILL_OF}
    assert {match.held for match in found.values()} == {footage.media_file}
    assert found[still_of_4000.media_file_id].offset_milliseconds == 4000


@pytest.mark.django_db
def test_footage_of_many_stills_crowds_out_no_other_picture(monkeypatch):
    monkeypatch.setattr(fingerprint_index, "MOST_OF_ONE", 3)
    monkeypatch.setattr(fingerprint_index, "MOST_NEAR", 3)
    monkeypatch.setattr(fingerprint_index, "MOST_ALIKE", 3)
    footage = hold_footage({offset: photograph(9) for offset in range(0, 6000, 1000)})
    picture = hold(cropped(photograph(9)))
    match_everything()

    copy = hold(reencoded(photograph(9)))
    match_everything()

    assert (footage.media_file_id, copy.media_file_id) in pairs()
    assert (picture.media_file_id, copy.media_file_id) in pairs()


@pytest.mark.django_db
def test_footage_that_comes_after_its_still_names_the_best_of_all_its_stills():
    still = hold(reencoded(photograph(7)))
    match_everything()
    near = np.clip(photograph(7).astype(int) + np.random.default_rng(1).normal(0, 60, photograph(7).shape), 0, 255)
    footage = hold_footage({offset: near.astype(np.uint8) for offset in range(0, 5000, 1000)} | {5000: photograph(7)})

    match_everything()

    match = Match.objects.get()
    assert (match.held, match.other) == (still.media_file, footage.media_file)
    assert match.offset_milliseconds == 5000


@pytest.mark.django_db
def test_a_denied_pair_does_not_come_back_even_with_new_methods(monkeypatch):
    hold(photograph(5)), hold(reencoded(photograph(5)))
    match_everything()
    MatchRuling.objects.create(match=Match.objects.get(), standing=Standing.REJECTED, ruled_at=timezone.now())

    for module in (find_matches, make_fingerprints):
        monkeypatch.setattr(module, "MATCHED_VERSION", "another")
    match_everything()

    assert Match.objects.count() == 1
    assert set(Fingerprint.objects.values_list("matched_version", flat=True)) == {"another"}


@pytest.mark.django_db
def test_taking_the_step_again_changes_nothing():
    hold(photograph(6)), hold(reencoded(photograph(6)))
    match_everything()
    before = (Match.objects.count(), LedgerEntry.objects.count())

    Fingerprint.objects.update(matched_version="", version="")
    match_everything()

    assert (Match.objects.count(), LedgerEntry.objects.count()) == before


@pytest.mark.django_db
def test_a_step_that_was_interrupted_is_taken_up_again():
    hold(photograph(8)), hold(reencoded(photograph(8)))
    make(take(4, now=timezone.now()), at=timezone.now())  # and then the process was killed
    assert match_some(4) == 0

    Fingerprint.objects.update(leased_until=timezone.now() - make_fingerprints.LEASE)
    match_everything()

    assert Match.objects.count() == 1


@pytest.mark.django_db
def test_a_missing_copy_hinders_no_other_and_is_given_up_where_it_cannot_be_made_again():
    hold(photograph(9)), hold(reencoded(photograph(9)))
    lost = hold(photograph(10))
    row = Fingerprint.objects.get(media_file=lost.media_file)
    storages["renditions"].delete(row.rendition.storage_path)

    match_everything()
    row.refresh_from_db()
    waits_for_its_copy = not row.unmatchable_because and not row.version
    RenditionRequest.objects.filter(media_file=lost.media_file).update(attempts=RenditionRequest.MOST_ATTEMPTS)
    Fingerprint.objects.update(leased_until=None)
    match_everything()

    row.refresh_from_db()
    assert Match.objects.count() == 1
    assert waits_for_its_copy
    assert row.unmatchable_because == "Its screen copy is missing and could not be made again."
    assert match_some(4) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["broken", "unreachable", "overloaded"])
def test_a_pair_that_the_store_kept_from_being_compared_is_compared_once_it_works(settings, tmp_path, fault):
    options = {"location": tmp_path / "failing" / "renditions"}
    backend = {"BACKEND": "tests.files.failing_store.FailingStore", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "renditions": backend}
    hold(photograph(9)), hold(reencoded(photograph(9)))
    rows = take(4, now=timezone.now())
    make(rows, at=timezone.now())
    Fingerprint.objects.update(leased_until=None)
    sign = sign_of(storages["renditions"])
    sign.write_text(fault)

    taken = match_some(4)
    done_meanwhile = Fingerprint.objects.exclude(matched_version="").count()
    sign.unlink()
    Fingerprint.objects.update(leased_until=None)
    match_everything()

    assert (taken, done_meanwhile) == (2, 0)
    assert Match.objects.count() == 1


@pytest.mark.django_db
def test_an_index_caught_up_finds_what_one_built_anew_finds():
    caught_up = Held()
    held = []
    for seed in range(20, 26):
        held.append(hold(photograph(seed)))
        match_everything()
        caught_up.candidates(make_fingerprints.traits_of(Fingerprint.objects.latest("revision")))
    anew = Held()

    for item in held:
        own = make_fingerprints.traits_of(Fingerprint.objects.get(media_file=item.media_file))
        assert caught_up.candidates(own)[0] == anew.candidates(own)[0]
    assert len(caught_up) == len(anew) == 6


@pytest.mark.django_db
def test_an_index_forgets_when_the_database_is_another():
    held = Held()
    hold(photograph(30))
    match_everything()
    own = make_fingerprints.traits_of(Fingerprint.objects.get())
    assert held.candidates(own)

    Fingerprint.objects.all().delete()
    make_fingerprints.RevisionHead.objects.all().delete()

    assert held.candidates(own) == []


@pytest.mark.django_db(transaction=True)
def test_an_index_misses_no_fingerprint_of_several_writers():
    """Writers commit while a reader reads on: none of their rows may appear before what the reader has seen."""
    writers, each = 4, 6
    for number in range(writers * each):
        hold(photograph(40 + number, width_px=240, height_px=160))
    reader, is_over = Held(), threading.Event()
    own = make_fingerprints.traits_of(_fingerprinted(hold(photograph(39, width_px=240, height_px=160))))

    def write() -> None:
        for _ in range(each):
            make(take(1, now=timezone.now()), at=timezone.now())
        connection.close()

    def read() -> None:
        while not is_over.is_set():
            reader.candidates(own)
        connection.close()

    reading = threading.Thread(target=read)
    writing = [threading.Thread(target=write) for _ in range(writers)]
    for thread in (reading, *writing):
        thread.start()
    for thread in writing:
        thread.join()
    is_over.set()
    reading.join()

    reader.candidates(own)
    assert Fingerprint.objects.exclude(revision=None).count() == writers * each + 1
    assert len(reader) == Fingerprint.objects.exclude(pdq="").count()


def _fingerprinted(item) -> Fingerprint:
    row = Fingerprint.objects.get(media_file=item.media_file)
    make([row], at=timezone.now())
    return row


@pytest.mark.django_db(transaction=True)
def test_two_that_arrive_at_the_same_moment_in_two_workers_are_matched_once():
    for seed in range(50, 58):
        hold(photograph(seed, width_px=480, height_px=320))
        hold(reencoded(photograph(seed, width_px=480, height_px=320), width_px=400))
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        match_everything()
        connection.close()

    working = [threading.Thread(target=work) for _ in range(3)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()

    assert Match.objects.count() == 8
    assert not Fingerprint.objects.filter(matched_version="").exists()
    assert LedgerEntry.objects.filter(verb="propose match").count() == 8
