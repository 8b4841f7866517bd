"""Whether somebody may do something, whoever asks."""

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.accounts.models import User
from archive.accounts.permissions import may

pytestmark = pytest.mark.django_db


def test_a_permission_comes_with_the_role(people: dict[str, User]) -> None:
    assert may(people["moderator"], "review.decide_on_flag")
    assert not may(people["researcher"], "review.decide_on_flag")


@pytest.mark.parametrize("nobody", [AnonymousUser(), None], ids=["visitor", "command"])
def test_who_is_not_signed_in_may_nothing(nobody: object) -> None:
    assert not may(nobody, "catalogue.view_item")


def test_a_closed_account_may_nothing(people: dict[str, User]) -> None:
    people["administrator"].is_active = False

    assert not may(people["administrator"], "catalogue.view_item")
