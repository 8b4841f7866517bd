"""Which accessions brought an item again, after the one it first came with."""

from archive.catalogue.models import Accession, FurtherAccession, Item


def note_accession(item: Item, accession: Accession) -> None:
    """Record that an accession brought this item; nothing changes where it did before, or was the first. One query."""
    if accession.pk != item.accession_id:
        FurtherAccession.objects.bulk_create([FurtherAccession(item=item, accession=accession)], ignore_conflicts=True)
