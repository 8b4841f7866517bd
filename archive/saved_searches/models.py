from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from archive.accounts.permissions import may


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, user: object) -> SavedSearchQuerySet:
        """Keep one's own, and what others share; who does not read the archive sees none."""
        if not may(user, "saved_searches.add_savedsearch"):
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def own(self, user: object) -> SavedSearchQuerySet:
        """Keep those that this user may rename, share and remove."""
        return self.visible_to(user).filter(owner=user)


class SavedSearch(models.Model):
    """A search under a name: the text that `print_query` wrote, and the version of the language it is written in."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True, help_text="in the language of the box; empty: everything")
    sort = models.CharField(max_length=10, blank=True, help_text="order of the result; empty: the usual one")
    version = models.PositiveSmallIntegerField(help_text="of the language that the text is written in")
    is_shared = models.BooleanField(default=False, help_text="with all who read the archive")
    kept_at = models.DateTimeField()

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_search_name")]
        indexes = [models.Index(fields=["is_shared", "name", "id"], name="saved_search_shared")]

    def __str__(self) -> str:
        return f"search {self.pk} “{self.name}”: {self.text[:60]}"


class SearchLook(models.Model):
    """When somebody last looked at a search, and what was in it then."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    looked_at = models.DateTimeField()
    seen = models.JSONField(null=True, help_text="keys of the items it found; null: more than are remembered")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "person"], name="search_look_once")]

    def __str__(self) -> str:
        return f"look of {self.person_id} at search {self.search_id}, {self.looked_at:%Y-%m-%d %H:%M}"


class SearchFeed(models.Model):
    """That somebody has a secret address at which programs read what a search finds; the address itself is not kept."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="feeds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=43, help_text="part of what the address is derived from; another, another")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "person"], name="search_feed_once")]

    def __str__(self) -> str:
        return f"feed of search {self.search_id} for {self.person_id}"
