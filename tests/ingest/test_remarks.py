"""What is told of a delivery is kept once, whoever brings it in again, and whoever does so at the same time."""

import pytest

from archive.ingest.captions_list import Remark
from archive.ingest.models import AccessionLine, AccessionRemark
from archive.ingest.receive_files import Arrived, record_arrivals
from archive.ingest.remarks import record_remarks
from archive.ledger.record_acts import act
from tests.builders import make_accession
from tests.two_at_once import meet

UNUSED = Remark("list.csv, line 2", "its date is not one", is_problem=True)
GUESSED = Remark("ete.jpg", "read as Windows-1252", is_problem=False)


@pytest.mark.django_db
def test_what_was_told_before_is_kept_once_and_what_is_new_beside_it() -> None:
    accession, other = make_accession(), make_accession()

    record_remarks(accession, [UNUSED, UNUSED])
    record_remarks(accession, [UNUSED, GUESSED])
    record_remarks(other, [UNUSED])

    kept = AccessionRemark.objects.order_by("pk").values_list("accession", "about")
    assert list(kept) == [(accession.pk, UNUSED.about), (accession.pk, GUESSED.about), (other.pk, UNUSED.about)]


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_one_delivery_in_at_once_keep_each_remark_once() -> None:
    accession = make_accession()

    meet(
        lambda: record_remarks(accession, [UNUSED, GUESSED]),
        lambda: record_remarks(accession, [GUESSED, UNUSED]),
    )

    assert AccessionRemark.objects.filter(accession=accession).count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_keeps_remarks_and_who_receives_a_file_meanwhile_do_not_wait_for_one_another() -> None:
    accession = make_accession()

    def keep_and_tell() -> None:
        record_remarks(accession, [UNUSED])
        act(verb="receive captions list", subject=accession, actor="command line")

    def receive_a_file() -> None:
        came = Arrived("a.jpg", 1, refusal="it is empty")
        record_arrivals([came], accession=accession, by=None, way=AccessionLine.Way.PAGE)

    meet(keep_and_tell, receive_a_file)

    assert (AccessionRemark.objects.count(), AccessionLine.objects.count()) == (1, 1)
