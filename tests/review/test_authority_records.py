"""People record places, events and outlets: what may be recorded already is told before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.accounts.models import User
from archive.authorities.likely_duplicates import LikelyDuplicates
from archive.authorities.models import Place
from archive.review import authority_records
from tests.builders import make_people, make_place
from tests.two_at_once import meet


@pytest.mark.django_db
def test_what_may_be_recorded_already_is_told_and_nothing_is_saved(people: dict[str, User]) -> None:
    there = make_place("Malo-les-Bains")

    with pytest.raises(LikelyDuplicates) as told:
        authority_records.create(Place, by=people["archivist"], name="Malo les Bains", kind="BEACH")

    assert [likely.record for likely in told.value.likely] == [there]
    assert Place.objects.count() == 1


@pytest.mark.django_db
def test_who_has_seen_it_may_make_another(people: dict[str, User]) -> None:
    there = make_place("Malo-les-Bains")

    made = authority_records.create(
        Place, by=people["archivist"], shown=[there.pk], name="Malo-les-Bains", kind="BEACH"
    )

    assert made.slug == "malo-les-bains-2"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_one_beach_at_once_the_second_is_told_of_the_first() -> None:
    people = make_people()

    def record(name: str) -> Place:
        return authority_records.create(Place, by=people[name], name="Plage du Clipon", kind="BEACH")

    with pytest.raises(LikelyDuplicates):
        meet(lambda: record("archivist"), lambda: record("moderator"))

    assert Place.objects.count() == 1


@pytest.mark.django_db
def test_what_may_be_the_same_is_looked_for_before_others_have_to_wait(people: dict[str, User]) -> None:
    make_place("Malo-les-Bains")

    with CaptureQueriesContext(connection) as queries:
        authority_records.create(Place, by=people["archivist"], name="Plage du Clipon", kind="BEACH")

    asked = [query["sql"] for query in queries]
    looks = [at for at, sql in enumerate(asked) if '"authorities_placename"."normalised" IN' in sql]
    marks = [at for at, sql in enumerate(asked) if "LOCK TABLE" in sql or "authorities_authorityrevision" in sql]
    # The mark is read first, then looked, and read once more under the lock.
    assert len(looks) == 1 and marks[0] < looks[0] < marks[1]
