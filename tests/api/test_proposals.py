"""Scripts propose with a token as readers do on the page; nobody decides here."""

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.review.decide_proposals import decide
from archive.review.models import Proposal
from tests.builders import NOW, make_caption, make_item, make_proposal

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def caption(db: None) -> Caption:
    return make_caption(make_item(), "A boat near Dunkirk on Tuesday.")


def by_token(person: User) -> dict[str, str]:
    return {"Authorization": f"Token {Token.objects.get_or_create(user=person)[0].key}"}


def test_a_researcher_proposes_with_a_token_and_reads_the_answer(
    client: Client, people: People, caption: Caption
) -> None:
    address, headers = f"/api/v1/captions/{caption.pk}/proposals/", by_token(people["researcher"])
    said = {"reason": "WRONG_DATE", "text": "A boat near Dunkirk on 18 June 2024.", "note": "The flags."}

    made = client.post(address, said, content_type="application/json", headers=headers)

    assert made.status_code == 201 and made.json()["answer"] is None
    decide(Proposal.objects.get(), outcome="REJECTED", by=people["moderator"], at=NOW, reason="They are of 2023.")
    [read] = client.get(address, headers=headers).json()["results"]
    assert {name: read[name] for name in said} == said
    assert read["answer"] | {"decided_at": ""} == {
        "outcome": "REJECTED", "reason": "They are of 2023.", "caption": None, "decided_at": "",
        "decided_by": "moderator",
    }  # fmt: skip


@pytest.mark.parametrize(
    "said, field",
    [({}, "reason"), ({"reason": "UGLY"}, "reason"), ({"reason": "OTHER"}, "note")],
    ids=["no reason", "an unknown reason", "other without words"],
)
def test_what_is_not_understood_is_refused_by_field(
    client: Client, people: People, caption: Caption, said: dict[str, str], field: str
) -> None:
    address = f"/api/v1/captions/{caption.pk}/proposals/"

    response = client.post(address, said, content_type="application/json", headers=by_token(people["researcher"]))

    assert response.status_code == 400 and [error["field"] for error in response.json()["errors"]] == [field]


def test_a_held_caption_is_not_there(client: Client, people: People, caption: Caption) -> None:
    make_proposal(caption, "IDENTIFIES_PERSON", by=people["archivist"])
    address = f"/api/v1/captions/{caption.pk}/proposals/"

    assert client.get(address, headers=by_token(people["researcher"])).status_code == 404
    assert client.get(address, headers=by_token(people["moderator"])).json()["count"] == 1


def test_who_proposes_by_script_that_a_caption_identifies_a_person_hides_it_at_once(
    client: Client, people: People, caption: Caption
) -> None:
    address, headers = f"/api/v1/captions/{caption.pk}/proposals/", by_token(people["researcher"])

    made = client.post(address, {"reason": "IDENTIFIES_PERSON"}, content_type="application/json", headers=headers)

    assert made.status_code == 201
    assert client.get(address, headers=headers).status_code == 404
    assert client.get(f"/api/v1/items/{caption.item_id}/", headers=headers).json()["captions"] == []
