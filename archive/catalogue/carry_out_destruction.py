"""Destroy the bytes on whose destruction two people decided; what a crash left is taken up again by the next sweep."""

from datetime import datetime

from archive.catalogue.models import DestructionAnswer, Item
from archive.files.destroyed_originals import DELETION, destroy_bytes
from archive.files.models import PreservationEvent
from archive.ledger.record_acts import act, recording

AGENT = "Strandline"
DESTROYED = "destroy original"


def carry_out_destructions(*, at: datetime) -> int:
    """Destroy the bytes of each item whose destruction is confirmed; return how many. May run twice without harm."""
    done = PreservationEvent.objects.filter(event_type=DELETION).values("media_file")
    waiting = DestructionAnswer.objects.filter(is_confirmed=True).exclude(request__item__media_file__in=done)
    number = 0
    for key in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with recording():
            answers = DestructionAnswer.objects.select_related("request__item__media_file", "asked_by", "answered_by")
            answer = answers.get(pk=key)
            item = answer.request.item
            # Two at once wait here; the second finds it done.
            Item.objects.select_for_update(no_key=True).get(pk=item.pk)
            if PreservationEvent.objects.filter(media_file=item.media_file_id, event_type=DELETION).exists():
                continue
            detail = f"asked by {answer.asked_by}, confirmed by {answer.answered_by}: {answer.request.reason}"
            destroy_bytes(item.media_file, at=at, agent=answer.answered_by.get_username(), detail=detail)
            payload = {"sha256": item.media_file.message_digest, "size_bytes": item.media_file.size_bytes}
            act(verb=DESTROYED, subject=item, actor=AGENT, payload=payload)
            number += 1
    return number


def is_destroyed(item: Item) -> bool:
    """Say whether two people decided that the bytes of an item are destroyed, carried out or not."""
    return DestructionAnswer.objects.filter(request__item=item, is_confirmed=True).exists()
