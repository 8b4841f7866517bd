import pytest

from archive.accounts.models import User
from archive.review import proposing
from archive.review.proposing import propose
from tests.builders import make_caption, make_item, make_proposal

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_nobody_fills_the_queue_alone(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "MOST_OPEN", 2)
    caption = make_caption(make_item(), "A boat.")
    for note in "ab":
        make_proposal(caption, by=people["researcher"], note=note)

    with pytest.raises(ValueError, match="2 of your proposals wait"):
        propose(caption, reason="WRONG_DATE", by=people["researcher"])

    assert propose(caption, reason="WRONG_DATE", by=people["archivist"])
