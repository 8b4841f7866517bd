"""
Whatever is stored is shown as text: a canary in every text of every record, looked for unescaped on every page.

Records that nobody may change, ledger and claims among them, get theirs when they are made.
"""

import json

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Accession, Item
from archive.provenance.rule_on_match import rule_on_match
from archive.review.claim_rulings import rule
from archive.review.describe_items import describe
from archive.review.link_items import link
from archive.standards.vocabulary import Property, Standing
from tests.addresses import ROLES, arguments, clients, every_address
from tests.builders import make_caption, make_outlet, make_proposal
from tests.sweeps.chosen import IS_WHOLE

pytestmark = pytest.mark.django_db
CANARY = "<b onx=1>'\"</script>{{7*7}}"
UNESCAPED = ("<b onx", "onx=1>'\"")
# What is no text of a person: keys, codes, digests and paths, which the records could not be shown without.
SKIPPED = {"slug", "password", "username", "message_digest", "storage_path", "spool_name", "session_key", "codename"}


def poison(people: dict[str, User], world: dict) -> int:
    """Put the canary into each text field of each record that may be changed; return into how many it went."""
    item, by, poisoned = world["item"], people["archivist"], 0
    describe(item, text=f"A boat {CANARY}", by=by)
    caption = make_caption(item, f"Another boat {CANARY}")
    make_proposal(caption, "OTHER", by=people["researcher"], text=f"A ship {CANARY}", note=CANARY)
    [claim] = link([item], property=Property.CREDIT_LINE, by=by, text=CANARY, note=CANARY)
    link([item], property=Property.PUBLISHED_BY, by=by, outlet=make_outlet(f"Gazette {CANARY}"), note=CANARY)
    rule(claim, standing=Standing.ACCEPTED, by=by, reason=CANARY)
    rule_on_match(world["match"], standing=Standing.ACCEPTED, by=by, reason=CANARY)
    for model in apps.get_models():
        if not model.__module__.startswith("archive."):
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if not is_text or field.unique or field.name in SKIPPED or field.name.endswith(("edtf", "code", "version")):
                continue
            words = CANARY[: field.max_length] if field.max_length else CANARY
            try:
                with transaction.atomic():
                    poisoned += bool(model._default_manager.update(**{field.name: words}))
            except (DatabaseError, TypeError):
                continue  # nobody may change it
    return poisoned


# Each role once, by the access with which it sees most that others do not: what is restricted staff alone sees, and
# visitors only what is released. With `STRANDLINE_SWEEP=all` each by both.
READERS = {
    Access.RESTRICTED: ROLES if IS_WHOLE else ["archivist", "moderator"],
    Access.RELEASED: ROLES if IS_WHOLE else ["visitor", "researcher", "administrator"],
}


@pytest.mark.parametrize("access", [Access.RESTRICTED, Access.RELEASED], ids=str)
def test_no_page_shows_a_stored_text_as_markup(people: dict[str, User], world: dict, access: str) -> None:
    addresses = {name: reverse(name, kwargs=arguments(name, world)) for name in every_address()}
    assert poison(people, world) > 20
    Item.objects.update(access=access)
    Accession.objects.update(access=access)
    shown, pages = [], 0

    for role in READERS[access]:
        client = clients(people)[role]
        for name, address in addresses.items():
            echoed = f"{address}?q={CANARY}&name={CANARY}&place={CANARY}&date={CANARY}&next={CANARY}"
            for asked in (address, echoed) if role in ("visitor", "moderator") else (address,):
                answer = client.get(asked)
                if answer.streaming or not answer["Content-Type"].startswith("text/html"):
                    continue
                content = answer.content.decode()
                pages += "onx=1" in content
                if any(mark in content for mark in UNESCAPED) or content.strip() == "49":
                    shown.append((role, name, asked[-20:]))

    assert shown == []
    assert pages > 40


def test_the_api_writes_a_stored_text_as_text(people: dict[str, User], world: dict) -> None:
    poison(people, world)
    client = clients(people)["archivist"]

    answer = client.get(f"/api/v1/items/{world['item'].pk}/")

    assert answer["Content-Type"] == "application/json"
    assert CANARY in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')
