"""
How an item is cited: a note in the Chicago style for pictures, in English and French, and CSL-JSON.

Made of the leading claims that the reader may read, and of nothing else: what is not known is left out, and what is
contested is named so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.archive_description import described
from archive.catalogue.hidden_wordings import Withheld, withheld_of_each
from archive.catalogue.models import Item
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import Grounds, grounds_of
from archive.claims.models import Claim
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property

CSL_MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
LANGUAGES = ("en", "fr")
# As the edtf module words dates, so these are here in both languages: a citation is asked for in either.
_WORDS = {
    "en": {
        "title": "“%s”", "contested": "%s [contested]", "date contested": "%s [date contested]", "credit": "credit: %s",
        "published": "published by %s", "item": "item %d", "PHOTOGRAPH": "photograph", "STILL": "still from footage",
        "FOOTAGE": "footage",
    },
    "fr": {
        "title": "« %s »", "contested": "%s [contesté]", "date contested": "%s [date contestée]",
        "credit": "crédit : %s", "published": "publié par %s", "item": "document %d", "PHOTOGRAPH": "photographie",
        "STILL": "image extraite d’une vidéo", "FOOTAGE": "vidéo",
    },
}  # fmt: skip
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?([?~%]?)")


@dataclass(frozen=True)
class Cited:
    """What is said of an item in a citation; "" is not known. `contested` names the properties that are."""

    item_id: int
    kind: str
    title: str = ""
    creator: str = ""
    credit: str = ""
    outlet: str = ""
    date_edtf: str = ""
    contested: frozenset[str] = field(default_factory=frozenset)

    @property
    def address(self) -> str:
        """The permanent address."""
        return f"{settings.SITE_URL}{reverse('item', args=[self.item_id])}"

    @property
    def credited(self) -> str:
        """The credit line, else who made it, else who published it; what is contested is named so."""
        words = _WORDS["en"]
        return (
            self._said(self.credit, Property.CREDIT_LINE, words)
            or self._said(self.creator, Property.CREATOR, words)
            or self._said(self.outlet, Property.PUBLISHED_BY, words)
        )

    def wording(self, language: str) -> str:
        """Write the citation as a note, in "en" or "fr"."""
        words = _WORDS[language]
        date = parse(self.date_edtf).label(language) if self.date_edtf else ""
        parts = [
            self._said(self.creator, Property.CREATOR, words),
            words["title"] % self.title if self.title else "",
            words["date contested"] % date if date and Property.DATE_CREATED in self.contested else date,
            words[self.kind],
            words["published"] % self._said(self.outlet, Property.PUBLISHED_BY, words) if self.outlet else "",
            words["credit"] % self._said(self.credit, Property.CREDIT_LINE, words)
            if self.credit not in ("", self.creator, self.outlet)
            else "",
            described().name,
            words["item"] % self.item_id,
            self.address,
        ]
        return ", ".join(filter(None, parts)) + "."

    def csl(self) -> dict[str, Any]:
        """Return the citation as one item of CSL-JSON (csl-data.json 1.0.2)."""
        told: dict[str, Any] = {
            "id": self.address,
            "type": "motion_picture" if self.kind == Item.Kind.FOOTAGE else "graphic",
            "title": self.title,
            "author": [{"literal": self._said(self.creator, Property.CREATOR, _WORDS["en"])}] if self.creator else [],
            "issued": self._csl_date(),
            "medium": _WORDS["en"][self.kind],
            "publisher": self._said(self.outlet, Property.PUBLISHED_BY, _WORDS["en"]),
            "archive": described().name,
            "archive_location": _WORDS["en"]["item"] % self.item_id,
            "URL": self.address,
            "note": "; ".join(filter(None, [
                "date contested" if self.date_edtf and Property.DATE_CREATED in self.contested else "",
                f"credit: {self.credit}" if self.credit not in ("", self.creator, self.outlet) else "",
            ])),
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}

    def _csl_date(self) -> dict[str, Any]:
        if not self.date_edtf:
            return {}
        plain = [_PLAIN.fullmatch(end) for end in self.date_edtf.split("/")]
        if Property.DATE_CREATED in self.contested or not all(plain) or len(plain) > 2:
            label = parse(self.date_edtf).label("en")
            is_contested = Property.DATE_CREATED in self.contested
            return {"literal": _WORDS["en"]["date contested"] % label if is_contested else label}
        ends = [[int(part) for part in end.groups()[:3] if part] for end in plain if end]
        is_about = any(end[4] for end in plain if end)
        return {"date-parts": ends} | ({"circa": True} if is_about else {})

    def _said(self, text: str, property: Property, words: dict[str, str]) -> str:
        return words["contested"] % text if text and property in self.contested else text


def cite(item: Item, grounds: dict[Property, Grounds]) -> Cited:
    """Return what a citation says of an item, by the grounds that its reader may read; no queries."""

    def leading(name: Property) -> str:
        claim = grounds[name].leading if name in grounds else None
        if claim is None:
            return ""
        record = claim.value_agent or claim.value_outlet
        return record.name if record else claim.value_text

    dated = grounds.get(Property.DATE_CREATED)
    return Cited(
        item_id=item.pk,
        kind=item.kind,
        title=item.headline,
        creator=leading(Property.CREATOR),
        credit=leading(Property.CREDIT_LINE),
        outlet=leading(Property.PUBLISHED_BY),
        date_edtf=dated.leading.value_edtf if dated and dated.leading else "",
        contested=frozenset(str(name) for name, each in grounds.items() if each.is_contested),
    )


def cite_each(
    items: Sequence[Item], *, reader: User, withheld: Mapping[int, Withheld] | None = None
) -> dict[int, Cited]:
    """
    Return what is cited of items that a reader may see, by their keys; two queries, five where words are hidden.

    :param withheld: what the reader may not read, where that is known already: then it is one query
    """
    withheld = withheld_of_each(reader, items) if withheld is None else withheld
    claims = _claims(items, reader)
    return {item.pk: cite(item, grounds_of(readable_claims(claims[item.pk], withheld[item.pk]))) for item in items}


_CITED = (Property.CREATOR, Property.CREDIT_LINE, Property.PUBLISHED_BY, Property.DATE_CREATED)


def _claims(items: Iterable[Item], reader: User) -> dict[int, list[Claim]]:
    claims: dict[int, list[Claim]] = {item.pk: [] for item in items}
    told = Claim.objects.filter(item__in=list(claims), property__in=_CITED).told_to(reader)
    for claim in told.with_grounds().order_by("pk"):
        claims[claim.item_id].append(claim)
    return claims
