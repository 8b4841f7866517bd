"""Which accessions brought an item again: each stands once, however many workers come to it."""

import pytest

from archive.catalogue.further_accessions import note_accession
from archive.catalogue.models import FurtherAccession
from tests.builders import make_accession, make_item
from tests.two_at_once import meet, together


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_note_once_that_an_accession_brought_an_item() -> None:
    item, again = make_item(accession=make_accession("First")), make_accession("Again")

    meet(lambda: note_accession(item, again), lambda: note_accession(item, again))
    together(*[lambda: note_accession(item, again)] * 3)

    assert FurtherAccession.objects.get().accession == again
