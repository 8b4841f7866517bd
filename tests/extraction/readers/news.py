"""News documents as agencies write them, made up here: NewsML-G2 and ninjs, whole or with parts of one's own."""

import json
from typing import Any

NAR = "http://iptc.org/std/nar/2006-10-01/"


def newsml(
    *,
    guid: str = "urn:newsml:strand.example:20240618:boat-1",
    version: int | str = 1,
    href: str = "boat.jpg",
    headline: str = "Boat off Dunkirk",
    caption: str = "A crowded boat off Dunkirk, France, on Tuesday, June 18, 2024.",
    item_meta: str = "",
    rights: str = "",
    content_meta: str = "",
    kind: str = "picture",
    root: str = "newsItem",
) -> str:
    """Return the text of one news item; `root` may set it into a message."""
    content = f'<remoteContent href="{href}" contenttype="image/jpeg" width="400"/>' if href else ""
    item = f"""<newsItem xmlns="{NAR}" guid="{guid}" version="{version}" standard="NewsML-G2" standardversion="2.33"
  conformance="power" xml:lang="en-GB">
  <catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"/>
  <rightsInfo><copyrightHolder literal="Strand Pictures"/>{rights}</rightsInfo>
  <itemMeta><itemClass qcode="ninat:{kind}"/><provider qcode="nprov:STR"/>
    <versionCreated>2024-06-18T07:0{str(version)[-1]}:00+02:00</versionCreated>{item_meta}</itemMeta>
  <contentMeta><contentCreated>2024-06-18T05:12:00+02:00</contentCreated>{content_meta}
    <headline>{headline}</headline><description role="drol:caption">{caption}</description></contentMeta>
  <contentSet>{content}</contentSet>
</newsItem>"""
    if root == "newsItem":
        return item
    return f'<newsMessage xmlns="{NAR}"><header/><itemSet>{item}</itemSet></newsMessage>'


def ninjs(*, without: tuple[str, ...] = (), **fields: Any) -> str:
    """Return a picture in ninjs 1.4, with fields of one's own beside or in the place of these."""
    item: dict[str, Any] = {
        "uri": "tag:strand.example,2024:boat-2",
        "type": "picture",
        "version": "1",
        "versioncreated": "2024-06-18T05:20:00Z",
        "contentcreated": "2024-06-18T05:12:00+02:00",
        "language": "en",
        "byline": "Ines Made",
        "headline": "Boat off Dover",
        "description_text": "People in a boat off Dover on June 18, 2024.",
        "renditions": {"main": {"href": "https://feed.example/pictures/dover.jpg?key=1", "width": 400}},
    }
    item |= fields
    return json.dumps({name: value for name, value in item.items() if name not in without})
