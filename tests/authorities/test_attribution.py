import pytest

from archive.authorities.attribution import attributions
from archive.authorities.gazetteer_file import DATA, load_gazetteer, read_rows
from archive.authorities.models import Place

pytestmark = pytest.mark.django_db


def test_each_source_is_told_with_its_licence_and_its_words():
    load_gazetteer([])
    Place.objects.create(slug="deal", name="Deal", kind="TOWN", source="GeoNames cities500", licence="CC-BY-4.0")

    told = {each.source: each for each in attributions()}

    assert told["GeoNames cities500"].places == 1
    assert told["GeoNames cities500"].words == "GeoNames.org, CC BY 4.0"


def test_no_shipped_source_that_asks_for_words_goes_without_them():
    load_gazetteer([])
    needing = {row.source for row in read_rows(DATA / "gazetteer.csv") if not row.licence.startswith(("CC0", "public"))}
    for number, source in enumerate(sorted(needing)):
        Place.objects.create(slug=f"place-{number}", name=source, kind="BEACH", source=source)

    assert needing <= {each.source for each in attributions() if each.words}
