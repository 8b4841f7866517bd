from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from archive.accounts.permissions import may
from archive.catalogue.models import Item


class FolderQuerySet(models.QuerySet["Folder"]):
    def visible_to(self, user: object) -> FolderQuerySet:
        """Keep one's own, and what others share; who does not read the archive sees none."""
        if not may(user, "folders.add_folder"):
            return self.none()
        return self.filter(Q(owner=user) | ~Q(sharing=Folder.Sharing.PRIVATE))

    def open_to(self, user: object) -> FolderQuerySet:
        """Keep those that this user may put items in, and order."""
        if not may(user, "folders.add_folder"):
            return self.none()
        return self.filter(Q(owner=user) | Q(sharing=Folder.Sharing.ADD))

    def own(self, user: object) -> FolderQuerySet:
        """Keep those that this user may rename, share and remove."""
        return self.visible_to(user).filter(owner=user)


class Folder(models.Model):
    """A research collection under a name."""

    class Sharing(models.TextChoices):
        PRIVATE = "PRIVATE", _("for me alone")
        READ = "READ", _("readers of the archive see it")
        ADD = "ADD", _("readers of the archive see it and put items in")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="folders")
    name = models.CharField(max_length=120)
    normalised = models.CharField(max_length=240, db_index=True, help_text="of the name, by which it is looked for")
    note = models.TextField(blank=True)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = FolderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="folder_name")]

    def __str__(self) -> str:
        return self.name


class FolderEntryQuerySet(models.QuerySet["FolderEntry"]):
    def visible_to(self, user: object) -> FolderEntryQuerySet:
        """Keep entries whose item this user may see; whether they may see the folder is asked of the folder."""
        return self.filter(Item.objects.visible_to(user).named_by("item"))

    def numbers(self, folders: Iterable[Folder]) -> dict[int, int]:
        """Return how many of these entries each folder has, by its key; folders without any are left out. One query."""
        of_folder = self.filter(folder__in=[folder.pk for folder in folders]).order_by().values_list("folder")
        return dict(of_folder.annotate(number=Count("pk")))

    def in_order(self) -> FolderEntryQuerySet:
        return self.order_by("position", "pk")


class FolderEntry(models.Model):
    """An item in a folder: where it stands, and what is noted beside it."""

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="entries")
    item = models.ForeignKey(Item, models.CASCADE, related_name="folder_entries")
    position = models.PositiveIntegerField(help_text="in the folder, what others may not see counted")
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = FolderEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "item"], name="folder_item_once")]
        indexes = [models.Index(fields=["folder", "position", "id"], name="folder_order")]

    def __str__(self) -> str:
        return f"item {self.item_id} in folder {self.folder_id}, at {self.position}"
