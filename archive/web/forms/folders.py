"""The forms of folders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.folders.models import Folder
from archive.web.forms.bounded_text import BoundedText


class FolderForm(forms.Form):
    """What a folder is called, what is noted of it, and who sees it."""

    name = BoundedText(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give it a name by which you find it again.")},
    )
    note = BoundedText(
        label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    sharing = forms.ChoiceField(
        label=_("Shared"),
        choices=Folder.Sharing.choices,
        initial=Folder.Sharing.PRIVATE,
        help_text=_("Readers are researchers and archive staff. Each sees the items that they may see, and all notes "
                    "on those; the name and the note of the folder are seen by all of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class PutForm(forms.Form):
    """Which folder: one that is there, or a new one by its name."""

    folder = forms.ModelChoiceField(
        Folder.objects.none(), label=_("Folder"), required=False, empty_label=_("a new one")
    )  # fmt: skip
    name = BoundedText(
        label=_("Name of the new folder"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["folder"].queryset = Folder.objects.open_to(user).order_by("normalised", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "folder" in cleaned and not cleaned["folder"] and not cleaned.get("name"):
            self.add_error("name", _("Choose a folder, or give a new one a name."))
        return cleaned


class EntryNoteForm(forms.Form):
    note = BoundedText(max_length=5000, required=False)
