"""Which wordings of an item a later version of the same news document has taken the place of. They stay as they are."""

from collections import defaultdict
from collections.abc import Iterable

from archive.catalogue.models import Caption
from archive.extraction.models import NewsVersion
from archive.extraction.readers.news_documents import NEWS_GROUPS


def replaced(captions: Iterable[Caption]) -> dict[int, int]:
    """
    Return the keys of these captions that a later version replaced, each with that of the caption that did.

    One query, and none where no caption is of a news document. A version that came late brings no caption: of one
    document and role the last reading that brought any is the latest.
    """
    of_news = [caption for caption in captions if caption.group in NEWS_GROUPS and caption.reading_id]
    if not of_news:
        return {}
    readings = {caption.reading_id for caption in of_news}
    guids = dict(NewsVersion.objects.filter(reading__in=readings).values_list("reading", "guid"))
    alike: dict[tuple[int, str, str, str], list[Caption]] = defaultdict(list)
    for caption in sorted(of_news, key=lambda caption: caption.pk):
        if guid := guids.get(caption.reading_id or 0):
            alike[caption.item_id, guid, caption.role, caption.tag].append(caption)
    gone = {}
    for versions in alike.values():
        latest = [caption for caption in versions if caption.reading_id == versions[-1].reading_id]
        same = {caption.language: caption.pk for caption in latest}
        gone |= {caption.pk: same.get(caption.language, latest[0].pk) for caption in versions if caption not in latest}
    return gone
