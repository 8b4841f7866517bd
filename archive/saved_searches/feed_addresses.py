"""
Secret addresses of feeds: programs that read feeds cannot sign in, so the address itself says who reads.

It is derived from the person, the search, a random text of its own and the person's password: it ends when the feed is
withdrawn, the search unshared or removed, the password changed or the account closed. It is nowhere kept.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from archive.accounts.models import User
from archive.saved_searches.models import SavedSearch, SearchFeed
from archive.standards.whole_numbers import whole_number

_SALT = "archive.saved_searches.feed_addresses"


def make_feed(search: SavedSearch, *, person: User, at: datetime) -> SearchFeed:
    """Give a person an address of this search; the one before it stops working."""
    with transaction.atomic():
        feed, _is_new = SearchFeed.objects.update_or_create(
            search=search, person=person, defaults={"nonce": secrets.token_urlsafe(32), "made_at": at}
        )
    return feed


def withdraw_feed(search: SavedSearch, *, person: User) -> None:
    """Let the address of this search open nothing any more."""
    SearchFeed.objects.filter(search=search, person=person).delete()


def token_of_feed(feed: SearchFeed) -> str:
    """Return the secret part of a feed's address."""
    told = f"{feed.pk} {feed.nonce} {feed.person.get_session_auth_hash()}"
    return f"{feed.pk}-{salted_hmac(_SALT, told, algorithm='sha256').hexdigest()}"


def feed_at(token: str) -> SearchFeed | None:
    """Return the feed at a secret address; None where there is none, or its person may not read the search any more."""
    key = whole_number(token.partition("-")[0])
    feed = SearchFeed.objects.select_related("search__owner", "person").filter(pk=key).first() if key else None
    if feed is None or not constant_time_compare(token, token_of_feed(feed)):
        return None
    person = feed.person
    is_open = person.is_active and SavedSearch.objects.visible_to(person).filter(pk=feed.search_id).exists()
    return feed if is_open else None
