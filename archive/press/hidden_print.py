"""Take out of news pages and appearances the words that are hidden: they identify a person."""

from collections.abc import Iterable
from urllib.parse import unquote

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.functions import Length

from archive.catalogue.audiences import may_read_held
from archive.catalogue.hidden_wordings import TELLING_WORDS, Withheld, standing_holds, withheld_from
from archive.catalogue.models import Caption
from archive.press.models import Appearance, Article, Figure


def readable_appearances(appearances: Iterable[Appearance], withheld: Withheld) -> list[Appearance]:
    """Return the appearances without the held wordings among what was printed; they are changed in memory."""
    appearances = list(appearances)
    for appearance in appearances if withheld else ():
        for name in ("headline", "caption", "credit"):
            if withheld.hides(getattr(appearance, name)):
                setattr(appearance, name, "")
        if withheld.hides(unquote(appearance.url)):
            appearance.url = ""
    return appearances


def withheld_in_print(user: object, articles: Iterable[Article]) -> Withheld:
    """
    Return what this user may not read of news pages: what is held of the pictures they show, and of all others.

    One query, and those of `withheld_from`. Pictures that the user may not see count too.
    """
    if may_read_held(user):
        return Withheld()
    return withheld_from(
        user, set(Appearance.objects.filter(figure__article__in=articles).values_list("item", flat=True))
    )


def readable_article(article: Article, figures: Iterable[Figure], withheld: Withheld) -> None:
    """Take the held wordings out of a news page; it and its figures are changed in memory."""
    if not withheld:
        return
    article.headline = "" if withheld.hides(article.headline) else article.headline
    article.url = "" if withheld.hides(unquote(article.url)) else article.url
    article.authors = [author for author in article.authors if not withheld.hides(str(author))]
    article.text = "\n\n".join(part for part in article.text.split("\n\n") if not withheld.hides(part))
    article.problems = [problem for problem in article.problems if not withheld.hides(problem)]
    for figure in figures:
        for name in ("caption", "credit", "alternative_text"):
            if withheld.hides(getattr(figure, name)):
                setattr(figure, name, "")
        figure.image_urls = [address for address in figure.image_urls if not withheld.hides(unquote(address))]


def searched_by(user: object, articles: QuerySet[Article]) -> QuerySet[Article]:
    """
    Leave out the news pages that hold a held wording: being found would tell that its words stand there.

    Of a wording of few words, the pages that show its picture or print it as a caption.
    """
    if may_read_held(user):
        return articles
    holds = standing_holds()
    page = ExpressionWrapper(OuterRef("normalised"), output_field=CharField())
    repeated = holds.annotate(page=page, length=Length("words")).filter(
        length__gte=2 * TELLING_WORDS, page__contains=F("words")
    )
    showing = Figure.objects.filter(appearances__item__in=holds.values("caption__item"))
    printing = Caption.objects.filter(digest__in=holds.values("digest"), appearances__figure__isnull=False)
    return articles.filter(~Exists(repeated)).exclude(
        pk__in=showing.values("article")
    ).exclude(pk__in=printing.values("appearances__figure__article"))  # fmt: skip
