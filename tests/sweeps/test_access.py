"""
Every address × every role × every method: who gets an answer, and who is turned away.

The table is written out, so that a new address fails here until somebody has decided who may use it.
"""

from urllib.parse import quote

import pytest
from django.urls import reverse

from archive.catalogue.models import Access, Accession, Item
from tests.addresses import ROLES, arguments, clients, every_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]

EVERYONE, SIGNED_IN, STAFF, MODERATORS, ADMINISTRATORS = ROLES, ROLES[1:], ROLES[2:], ROLES[3:], ROLES[4:]
NOBODY: list[str] = []
METHODS = ["get", "post", "put", "patch", "delete"]

# Address -> who gets an answer to GET, and who to POST, PUT, PATCH or DELETE. The item, its place, event and outlet are
# for archive staff only: whoever may not see them is told that nothing is there.
MAY: dict[str, tuple[list[str], list[str]]] = {
    # What is released can be searched by everyone; the records of the gazetteer are public facts.
    "search": (EVERYONE, NOBODY),
    "about": (EVERYONE, NOBODY),
    "this_archive": (EVERYONE, NOBODY),
    "edit_this_archive": (ADMINISTRATORS, ADMINISTRATORS),
    "report_picture": (EVERYONE, NOBODY),
    "checks": (EVERYONE, NOBODY),  # what is checked; how many items found what is told to staff
    "language": (NOBODY, EVERYONE),
    "places": (EVERYONE, NOBODY),
    "place": (EVERYONE, NOBODY),
    "events": (EVERYONE, NOBODY),
    "event": (STAFF, NOBODY),  # nothing that others may see leads to it, nor to the outlet
    "outlets": (EVERYONE, NOBODY),
    "outlet": (STAFF, NOBODY),
    "outlet_appearances": (STAFF, NOBODY),
    "outlet_articles": (STAFF, NOBODY),
    "suggest_places": (EVERYONE, NOBODY),
    "suggest_events": (EVERYONE, NOBODY),
    "suggest_outlets": (EVERYONE, NOBODY),
    "suggest_search": (EVERYONE, NOBODY),
    "search_language": (EVERYONE, NOBODY),
    "place_branch": (NOBODY, NOBODY),  # without a place there is none: tests/web/test_search.py
    "map_marks": (EVERYONE, NOBODY),
    "map_items": (EVERYONE, NOBODY),
    "understood_date": (EVERYONE, NOBODY),
    # Oneself
    "sign_in": (EVERYONE, EVERYONE),
    "sign_out": (NOBODY, NOBODY),  # answers with the way to the sign-in page
    "account": (SIGNED_IN, SIGNED_IN),
    "sign_out_elsewhere": (NOBODY, SIGNED_IN),
    "password": (SIGNED_IN, SIGNED_IN),
    "forgotten": (EVERYONE, EVERYONE),
    "reset_password": (EVERYONE, EVERYONE),  # whoever has the link; without one the page says so
    "make_token": (NOBODY, SIGNED_IN),
    "drop_token": (NOBODY, SIGNED_IN),
    # Deliveries
    "accessions": (SIGNED_IN, NOBODY),
    "accession": (SIGNED_IN, NOBODY),
    "accession_lines": (SIGNED_IN, NOBODY),
    "accession_progress": (STAFF, NOBODY),
    "edit_accession": (STAFF, STAFF),
    "undo_correction": (NOBODY, STAFF),
    "otherwise_seen": (STAFF, NOBODY),
    "caption_data": (STAFF, NOBODY),
    "agreeing_caption_data": (STAFF, STAFF),
    "upload": (STAFF, STAFF),
    "open_batch": (NOBODY, STAFF),
    "announce_files": (NOBODY, STAFF),
    "foresee_rows": (NOBODY, STAFF),
    "words_beside": (NOBODY, STAFF),
    "already_held": (NOBODY, STAFF),
    "file_uploads": (NOBODY, STAFF),
    "file_upload": (NOBODY, NOBODY),  # somebody else's upload: it is not there
    "retry_line": (NOBODY, NOBODY),  # no such line
    "retry_failed": (NOBODY, STAFF),
    "retry_failed_of": (NOBODY, STAFF),
    "add_appearance": (NOBODY, NOBODY),
    "add_appearances": (NOBODY, STAFF),
    # News pages
    "upload_article": (STAFF, STAFF),
    "article_preview": (NOBODY, NOBODY),  # somebody else's page: it is not there
    "articles": (SIGNED_IN, NOBODY),
    "article": (SIGNED_IN, NOBODY),
    "article_original": (STAFF, NOBODY),
    "identify_figure": (NOBODY, STAFF),
    # Items
    "item": (STAFF, NOBODY),
    "caption_history": (STAFF, NOBODY),
    "rendition": (STAFF, NOBODY),
    "original": (STAFF, NOBODY),
    "tiles": (NOBODY, NOBODY),  # its screen copy is as large as the picture: tests/web/test_tiles.py
    "tile": (NOBODY, NOBODY),
    # Footage: its original bytes are for readers of the archive alone, stills as well.
    "playback": (STAFF, NOBODY),
    "still": (STAFF, NOBODY),
    "keep_frame": (NOBODY, STAFF),
    # Who may see footage reads its spans; archive staff mark them.
    "mark_span": (NOBODY, STAFF),
    "span": (STAFF, NOBODY),
    "change_span": (NOBODY, STAFF),
    "claim_of_span": (NOBODY, STAFF),
    "retract_span": (NOBODY, STAFF),
    "retract_span_claim": (NOBODY, STAFF),
    "contact_sheet": (STAFF, NOBODY),
    "sheet_stills": (STAFF, NOBODY),
    "sheet_still": (NOBODY, NOBODY),  # none is made: tests/web/test_contact_sheets.py
    "api:span-sheet": (STAFF, NOBODY),
    "api:item-spans": (STAFF, STAFF),
    "api:item-span": (STAFF, STAFF),
    "api:span-claims": (NOBODY, STAFF),
    "api:span-retraction": (NOBODY, STAFF),
    "api:span-claim-retraction": (NOBODY, STAFF),
    # Archive staff review; what an archivist says is advice
    "review_queue": (STAFF, NOBODY),
    "next_review": (NOBODY, STAFF),
    "item_review": (STAFF, NOBODY),
    "judge_item": (NOBODY, STAFF),
    "judge_item_agreeing": (NOBODY, STAFF),
    # Moderators read a second time, and see how far readings agree; which are read twice an administrator says.
    "second_reading_queue": (MODERATORS, NOBODY),
    "next_second_reading": (NOBODY, MODERATORS),
    "second_reading": (MODERATORS, NOBODY),
    "give_second_reading": (NOBODY, MODERATORS),
    "agreement": (MODERATORS, NOBODY),
    "api:agreement": (MODERATORS, NOBODY),
    "reading_policies": (ADMINISTRATORS, ADMINISTRATORS),
    "let_second_readings_go": (NOBODY, ADMINISTRATORS),
    "link_item": (NOBODY, STAFF),
    "describe_item": (NOBODY, STAFF),
    "item_access": (NOBODY, STAFF),
    "turn_item": (NOBODY, STAFF),
    "bulk_turn": (NOBODY, STAFF),
    "api:item-orientation": (STAFF, STAFF),
    "rule_on_claim": (NOBODY, STAFF),
    # Whoever may see a picture may ask for it, distressing or not; moderators mark it.
    "flag_item": (NOBODY, STAFF),
    # For visitors, of what is released; who has an account is led to the item.
    "flag_as_visitor": (STAFF, STAFF),
    "bulk_flag": (NOBODY, SIGNED_IN),
    "own_flags": (SIGNED_IN, NOBODY),
    "withdraw_item": (NOBODY, MODERATORS),  # what an archivist uploaded themselves: tests/review/test_withdraw_items.py
    "destroy_item": (NOBODY, NOBODY),
    "bring_item_back": (NOBODY, NOBODY),  # nothing is withdrawn
    "api:item-withdrawal": (STAFF, STAFF),
    "api:corrections": (STAFF, STAFF),
    "api:withdrawals": (STAFF, NOBODY),
    "api:item-destruction": (NOBODY, NOBODY),  # nothing is withdrawn
    "withdrawn_items": (STAFF, NOBODY),
    "bulk_withdraw": (NOBODY, STAFF),
    # What one did oneself; this act is the archivist's
    "own_acts": (SIGNED_IN, NOBODY),
    "undo_act": (NOBODY, ["archivist"]),
    "api:acts": (STAFF, NOBODY),
    "api:undo-act": (NOBODY, ["archivist"]),
    "flags": (MODERATORS, NOBODY),
    "flag": (MODERATORS, NOBODY),
    "answer_flag": (NOBODY, MODERATORS),
    "erase_flag_words": (NOBODY, MODERATORS),
    "api:item-flags": (STAFF, STAFF),
    "show_picture": (NOBODY, STAFF),
    "mark_item": (NOBODY, MODERATORS),
    "bulk_mark": (NOBODY, MODERATORS),
    "bulk_verdicts": (MODERATORS, MODERATORS),
    # The same picture again
    "search_by_image": (SIGNED_IN, SIGNED_IN),
    "matches": (STAFF, NOBODY),
    "compare": (STAFF, NOBODY),
    "answer_match": (NOBODY, STAFF),
    "copies": (STAFF, NOBODY),
    "correct_claim": (NOBODY, STAFF),
    "bulk": (SIGNED_IN, SIGNED_IN),
    "bulk_all": (NOBODY, SIGNED_IN),
    # Wordings: whoever may see the item reads their history and proposes; moderators decide
    "caption": (STAFF, NOBODY),
    "propose_on_caption": (NOBODY, STAFF),
    "own_proposals": (SIGNED_IN, NOBODY),
    "revert_caption": (NOBODY, MODERATORS),
    "show_caption": (NOBODY, MODERATORS),
    "caption_proposals": (MODERATORS, NOBODY),
    "next_proposal": (NOBODY, MODERATORS),
    "agreeing_proposals": (MODERATORS, MODERATORS),
    "caption_proposal": (MODERATORS, NOBODY),
    "take_proposal": (NOBODY, MODERATORS),
    "reopen_proposal": (NOBODY, MODERATORS),
    "decide_on_proposal": (NOBODY, MODERATORS),
    "bulk_link": (NOBODY, STAFF),
    "bulk_access": (NOBODY, STAFF),
    "event_proposals": (STAFF, NOBODY),
    "decide_on_event": (NOBODY, STAFF),
    # Records
    **{f"new_{sort}": (STAFF, STAFF) for sort in ("place", "event", "outlet")},
    **{f"edit_{sort}": (STAFF, STAFF) for sort in ("place", "event", "outlet")},
    **{f"merge_{sort}": (STAFF, STAFF) for sort in ("place", "event", "outlet")},
    **{f"unmerge_{sort}": (NOBODY, NOBODY) for sort in ("place", "event", "outlet")},  # it is not merged
    "place_progress": (EVERYONE, NOBODY),
    "event_progress": (STAFF, NOBODY),
    "outlet_progress": (STAFF, NOBODY),
    # Exports: one's own; this one is the archivist's
    "exports": (SIGNED_IN, NOBODY),
    "export_items": (NOBODY, SIGNED_IN),
    "export_again": (NOBODY, ["archivist"]),
    "export_bag": (["archivist"], NOBODY),
    "api:exports": (SIGNED_IN, SIGNED_IN),
    "api:export": (["archivist"], NOBODY),
    "api-export-bag": (["archivist"], NOBODY),
    # Searches that are kept: one's own, and what is shared; this one is the archivist's
    "saved_searches": (SIGNED_IN, NOBODY),
    "keep_search": (SIGNED_IN, SIGNED_IN),
    "api:saved-search": (["archivist"], ["archivist"]),
    "saved_search": (["archivist"], ["archivist"]),
    "count_new": (["archivist"], NOBODY),
    "looked_at_search": (NOBODY, ["archivist"]),
    "read_search_anew": (NOBODY, ["archivist"]),
    "remove_search": (["archivist"], ["archivist"]),
    "make_feed": (NOBODY, ["archivist"]),
    "withdraw_feed": (NOBODY, ["archivist"]),
    "search_feed": (NOBODY, NOBODY),  # whoever has the address: tests/web/test_saved_searches.py
    "api:saved-searches": (SIGNED_IN, SIGNED_IN),
    "api:look-at-saved-search": (NOBODY, ["archivist"]),
    # Folders: one's own, and what is shared; this one is the archivist's
    "folders": (SIGNED_IN, NOBODY),
    "new_folder": (SIGNED_IN, SIGNED_IN),
    "put_in_folder": (SIGNED_IN, SIGNED_IN),
    "folder": (["archivist"], ["archivist"]),
    "move_in_folder": (NOBODY, ["archivist"]),
    "note_in_folder": (NOBODY, ["archivist"]),
    "take_out_of_folder": (NOBODY, ["archivist"]),
    "take_out_again": (NOBODY, ["archivist"]),
    "remove_folder": (["archivist"], ["archivist"]),
    "api:folders": (SIGNED_IN, SIGNED_IN),
    "api:folder": (["archivist"], ["archivist"]),
    "api:folder-items": (["archivist"], ["archivist"]),
    "api:folder-item": (NOBODY, ["archivist"]),
    # Lists that go out, and citations
    "export_search": (SIGNED_IN, SIGNED_IN),
    "export_folder": (["archivist"], ["archivist"]),
    "api-lists": (NOBODY, SIGNED_IN),
    "citation": (STAFF, NOBODY),
    "screen_copy": (STAFF, NOBODY),
    "api:item-citation": (STAFF, NOBODY),
    # Users
    "people": (ADMINISTRATORS, ADMINISTRATORS),
    "person": (ADMINISTRATORS, ADMINISTRATORS),
    "close_person": (ADMINISTRATORS, ADMINISTRATORS),
    "lift_pause": (NOBODY, ADMINISTRATORS),
    "status": (ADMINISTRATORS, NOBODY),
    "audit": (MODERATORS, NOBODY),
    "view_as": (NOBODY, SIGNED_IN),  # back to oneself; as whom one may look: tests/web/test_viewing_as.py
    "export_audit": (NOBODY, MODERATORS),
    "api:audit": (MODERATORS, NOBODY),
    # The API
    "api:status": (ADMINISTRATORS, NOBODY),
    "ledger": (STAFF, NOBODY),
    "api:ledger-head": (SIGNED_IN, NOBODY),
    "api:schema": (EVERYONE, NOBODY),
    "api:token": (NOBODY, EVERYONE),
    "api:item-list": (EVERYONE, NOBODY),
    **{f"api:{sort}-list": (EVERYONE, STAFF) for sort in ("place", "event", "outlet")},
    **{f"api:{sort}-merge": (STAFF, STAFF) for sort in ("place", "event", "outlet")},
    **{f"api:{sort}-unmerge": (NOBODY, NOBODY) for sort in ("place", "event", "outlet")},  # it is not merged
    "api:search-by-image": (NOBODY, SIGNED_IN),
    "api:accession-list": (SIGNED_IN, NOBODY),
    "api:article-list": (SIGNED_IN, NOBODY),
    "api:item-detail": (STAFF, NOBODY),
    "api:item-frames": (NOBODY, STAFF),
    "api:checks": (EVERYONE, NOBODY),
    "api:item-findings": (STAFF, NOBODY),
    "api:item-verdicts": (STAFF, STAFF),
    "api:batch-verdicts": (NOBODY, MODERATORS),
    "api:caption-proposals": (STAFF, STAFF),
    "api:place-detail": (EVERYONE, NOBODY),
    # Of other records the API tells only where something leads to them that the asker may see.
    **{f"api:{sort}-detail": (STAFF, NOBODY) for sort in ("event", "outlet")},
    "api:accession-detail": (SIGNED_IN, NOBODY),
    "api:accession-retry-failed": (NOBODY, STAFF),
    "api:accession-retry-failed-of": (NOBODY, STAFF),
    "api:outlet-appearances": (STAFF, NOBODY),
    "api:article-detail": (SIGNED_IN, NOBODY),
}


def is_answered(response: object) -> bool:
    assert response.status_code < 500, response
    if response.status_code in (301, 302):
        return "/sign-in/" not in response["Location"]
    return response.status_code not in (401, 403, 404)


def test_every_address_is_in_the_table() -> None:
    assert set(every_address()) == set(MAY)


@pytest.mark.parametrize("name", sorted(MAY))
def test_an_address_answers_whom_the_table_names(name: str, world: dict) -> None:
    answered: dict[str, set[str]] = {"read": set(), "act": set()}
    address = reverse(name, kwargs=arguments(name, world))

    for role, client in clients(world["people"]).items():
        for method in METHODS:
            response = getattr(client, method)(address)
            # What a page holds besides its words: a view, a form.
            assert response.streaming or b" object at 0x" not in response.content, (role, method)
            if response.status_code != 405 and is_answered(response):
                answered["read" if method == "get" else "act"].add(role)

    readers, actors = MAY[name]
    assert answered == {"read": set(readers), "act": set(actors)}


def test_a_visitor_who_opens_a_page_for_others_is_led_to_sign_in_and_back_or_finds_nothing(world: dict) -> None:
    visitor = clients(world["people"])["visitor"]
    pages = [
        name for name, (readers, _actors) in MAY.items() if readers and "visitor" not in readers and "api" not in name
    ]

    for name in pages:
        address = reverse(name, kwargs=arguments(name, world))
        response = visitor.get(address)
        is_led = response.status_code == 302 and response["Location"] == f"/sign-in/?next={quote(address)}"
        assert is_led or response.status_code == 404, (name, response.status_code)


@pytest.mark.parametrize("access", [Access.RESEARCH, Access.RELEASED], ids=str)
def test_an_item_is_shown_to_whom_its_access_names(access: Access, world: dict) -> None:
    Item.objects.update(access=access)
    names = ["item", "rendition", "screen_copy", "citation", "api:item-detail"]

    seen = {
        name: {
            role
            for role, client in clients(world["people"]).items()
            if is_answered(client.get(reverse(name, kwargs=arguments(name, world))))
        }
        for name in names
    }

    expected = set(EVERYONE if access == Access.RELEASED else SIGNED_IN)
    assert seen == dict.fromkeys(names, expected)


def test_a_delivery_for_archive_staff_is_shown_to_nobody_else(world: dict) -> None:
    Accession.objects.update(access=Access.RESTRICTED)

    for name in ("accession", "accession_lines", "api:accession-detail", "article", "api:article-detail"):
        address = reverse(name, kwargs=arguments(name, world))
        seen = {role for role, client in clients(world["people"]).items() if is_answered(client.get(address))}
        assert seen == set(STAFF), name


def test_nobody_but_staff_gets_the_bytes_of_a_released_item(world: dict) -> None:
    Item.objects.update(access=Access.RELEASED)

    for role, client in clients(world["people"]).items():
        response = client.get(reverse("original", kwargs=arguments("original", world)))
        assert (response.status_code == 200) is (role in STAFF), role


def test_released_footage_is_played_to_readers_of_the_archive_and_its_poster_shown_to_everyone(world: dict) -> None:
    Item.objects.update(access=Access.RELEASED)
    film = {"item_id": world["film"].pk}

    for role, client in clients(world["people"]).items():
        assert client.get(reverse("rendition", kwargs=film | {"purpose": "screen"})).status_code == 200
        assert client.get(reverse("rendition", kwargs=film | {"purpose": "still"})).status_code == 404
        for name, more in (("playback", {}), ("still", {"milliseconds": 1000})):
            # As the player of the page asks for it: a visitor who opens the address is led to the sign-in page.
            response = client.get(reverse(name, kwargs=film | more), headers={"Sec-Fetch-Dest": "video"})
            assert response.status_code == (200 if role in SIGNED_IN else 403), (role, name)


@pytest.mark.parametrize("address", ["/nowhere/", "/admin/", "/media/originals/", "/static/../manage.py"])
def test_nothing_is_served_that_is_no_address(address: str, world: dict) -> None:
    for client in clients(world["people"]).values():
        assert client.get(address).status_code == 404
