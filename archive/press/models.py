"""News pages, their figures, and where pictures appeared. The tables keep the names of the stage they were in first."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from archive.authorities.models import Outlet
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import Access, Accession, Caption, Item
from archive.files.models import MediaFile
from archive.standards.normal_form import normalise


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: object) -> ArticleQuerySet:
        """Keep what this user may read: an article follows the delivery it came with."""
        return self.filter(accession__in=Accession.objects.visible_to(user).values("pk"))

    def published_in(self, **outlet: object) -> ArticleQuerySet:
        """
        Keep what an outlet published, or one merged into it.

        :param outlet: its `pk` or its `slug`
        """
        return self.filter(outlet__in=Outlet.objects.alike(**outlet))

    def with_figure_counts(self, items: models.QuerySet[Item]) -> ArticleQuerySet:
        """
        Annotate `figure_count`, and as `held_count` how many of them show one of these items.

        :param items: what the reader may see: a picture that they may not is as one that is not held
        """
        shown = Q(figures__appearances__item__in=items.values("pk"))
        return self.annotate(
            figure_count=Count("figures", distinct=True), held_count=Count("figures", distinct=True, filter=shown)
        )

    def latest_first(self) -> ArticleQuerySet:
        # Said outright, for the databases differ in where they put what has no date.
        return self.order_by(F("published_earliest").desc(nulls_last=True), "-pk")

    def saying(self, words: str) -> ArticleQuerySet:
        """Keep articles whose headline, authors, text or captions hold each of these words, accents aside."""
        articles = self
        for word in normalise(words).split():
            articles = articles.filter(normalised__contains=word)
        return articles


class Article(models.Model):
    """
    A news page (schema.org NewsArticle), kept as an original by hash; what it says of itself, verbatim, is a `Reading`
    of its file. Append-only: another saving of the same page is another file and another row.
    """

    media_file = models.OneToOneField(MediaFile, models.PROTECT, related_name="article")
    accession = models.ForeignKey(Accession, models.PROTECT, related_name="articles")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="articles")
    outlet_as_written = models.CharField(max_length=300, blank=True)
    headline = models.TextField(blank=True)
    authors = models.JSONField(default=list, help_text="as written")
    language = models.CharField(max_length=20, blank=True, help_text="BCP 47")
    url = models.URLField(max_length=2000, blank=True, help_text="canonical")
    published_edtf = models.CharField(max_length=100, blank=True)
    published_earliest = models.DateField(null=True, help_text="inclusive, local day")
    published_latest = models.DateField(null=True)
    published_moment = models.DateTimeField(null=True, help_text="where the zone is known")
    modified_edtf = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True, help_text="its main paragraphs, plain")
    problems = models.JSONField(default=list, help_text="sentences for people")
    normalised = models.TextField(blank=True, help_text="headline, authors, text, captions and credits, to be searched")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    ledger_name = "claims.article"  # as in the entries from before `press` was an app of its own

    objects = ArticleQuerySet.as_manager()

    class Meta:
        db_table = "claims_article"
        indexes = [models.Index(fields=["outlet", "published_earliest"], name="article_outlet")]

    def __str__(self) -> str:
        return f"{self.headline[:80]} ({self.outlet_as_written} {self.published_edtf})"


class Figure(models.Model):
    """
    A picture as a news page shows it: addresses, caption, credit and alternative text as printed. Append-only.

    While no appearance points to it, the picture is cited but not held.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="figures")
    position = models.PositiveIntegerField(help_text="from 1, in the order of the page")
    after_paragraph = models.PositiveIntegerField(default=0, help_text="how many paragraphs stand before it")
    image_urls = models.JSONField(default=list)
    image_name = models.CharField(max_length=300, blank=True, help_text="last part of the first address")
    caption = models.TextField(blank=True)
    credit = models.TextField(blank=True)
    alternative_text = models.TextField(blank=True)

    class Meta:
        db_table = "claims_figure"
        constraints = [models.UniqueConstraint(fields=["article", "position"], name="figure_once")]
        indexes = [models.Index(fields=["image_name"], name="figure_image_name")]

    def __str__(self) -> str:
        return f"figure {self.position} of article {self.article_id}"


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def told_to(self, user: object) -> AppearanceQuerySet:
        """Keep what this user may read of: nothing that a restricted delivery told, nor a page of one."""
        return self.told_for(audience_of(user))

    def told_for(self, audience: Audience) -> AppearanceQuerySet:
        if audience == Audience.STAFF:
            return self
        return self.filter(Q(accession=None) | ~Q(accession__access=Access.RESTRICTED))


class Appearance(models.Model):
    """
    An item in an outlet: where, under which headline, when, with which caption and credit as printed. Append-only.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="appearances")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="appearances")
    url = models.URLField(max_length=1000, blank=True)
    headline = models.TextField(blank=True)
    published_edtf = models.CharField(max_length=100, blank=True)
    published_earliest = models.DateField(null=True)
    published_latest = models.DateField(null=True)
    caption = models.TextField(blank=True, help_text="as printed")
    credit = models.TextField(blank=True, help_text="as printed")
    figure = models.ForeignKey(Figure, models.PROTECT, null=True, related_name="appearances")
    wording = models.ForeignKey(
        Caption, models.PROTECT, null=True, related_name="appearances", help_text="the caption as a text of its own"
    )
    accession = models.ForeignKey(
        Accession,
        models.PROTECT,
        null=True,
        related_name="appearances",
        help_text="the delivery, or that of the news page, which told of it; null: none",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        db_table = "claims_appearance"
        indexes = [models.Index(fields=["outlet", "published_earliest"], name="appearance_outlet")]
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "item"], condition=Q(figure__isnull=False), name="appearance_of_a_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} in {self.outlet or self.url} {self.published_edtf}"
