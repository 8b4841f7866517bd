import pytest

from archive.authorities.models import Event
from archive.authorities.record_tree import WouldNestInItself, nest

pytestmark = pytest.mark.django_db


def stored(name: str, parent: Event | None = None) -> Event:
    event = Event.objects.create(slug=name.lower(), name=name)
    nest(event, parent)
    return event


def names(events) -> list[str]:
    return sorted(events.values_list("name", flat=True))


def test_beneath_finds_the_record_and_all_that_stands_under_it():
    week = stored("Week")
    day = stored("Day", week)
    stored("Rescue", day)
    stored("Other")

    assert names(Event.objects.beneath(week)) == ["Day", "Rescue", "Week"]
    assert names(Event.objects.beneath(day)) == ["Day", "Rescue"]


def test_a_moved_record_takes_along_what_stands_beneath_it():
    week, other = stored("Week"), stored("Other")
    day = stored("Day", week)
    rescue = stored("Rescue", day)

    nest(day, other)

    rescue.refresh_from_db()
    assert names(Event.objects.beneath(other)) == ["Day", "Other", "Rescue"]
    assert names(Event.objects.beneath(week)) == ["Week"]
    assert rescue.ancestor_ids == [other.pk, day.pk]
    assert rescue.depth == 2


def test_a_record_cannot_stand_beneath_itself():
    week = stored("Week")
    day = stored("Day", week)

    with pytest.raises(WouldNestInItself):
        nest(week, day)


def test_a_longer_key_is_not_taken_for_a_child():
    one = stored("One")
    Event.objects.create(slug="ten", name="Ten", path=one.path[:-1] + "0/")

    assert names(Event.objects.beneath(one)) == ["One"]
