import io

import pytest
from django.core.management import call_command

from archive.authorities import revision
from archive.authorities.edit_records import edit_outlet
from archive.authorities.models import Outlet
from archive.authorities.outlets_file import BadOutlets, load_outlets
from archive.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db


def test_the_shipped_outlets_are_created_once():
    created = load_outlets().created

    assert created > 150
    again = load_outlets()
    assert (again.created, again.held, again.revised, again.left) == (0, created, 0, [])
    assert Outlet.objects.get(slug="rnli").kind == Outlet.Kind.CHARITY
    assert Outlet.objects.get(slug="border-force").country_code == "GB"
    assert Outlet.objects.named("AFP").get().name == "Agence France-Presse"


def test_every_name_in_the_shipped_list_means_one_outlet():
    load_outlets()

    for outlet in Outlet.objects.prefetch_related("names"):
        for name in outlet.names.all():
            assert Outlet.objects.named(name.name).get() == outlet


def test_an_outlet_changed_by_hand_stays_so():
    load_outlets()
    edit_outlet(Outlet.objects.get(slug="rnli"), by="ada", name="Royal National Lifeboat Institution", aliases=["RNLI"])

    load_outlets()

    assert Outlet.objects.get(slug="rnli").names.count() == 2


def listed(tmp_path, *lines):
    path = tmp_path / "outlets.csv"
    path.write_text("\n".join(["name,kind,country_code,website,aliases", *lines]))
    return path


def names(slug):
    return set(Outlet.objects.get(slug=slug).names.values_list("name", flat=True))


def test_an_alias_that_the_list_no_longer_has_is_taken_away(tmp_path):
    load_outlets(listed(tmp_path, "Courier,newspaper,GB,,The Courier|CP", "Gazette,newspaper,GB,,"))
    before = revision.current(Outlet)

    loaded = load_outlets(
        listed(tmp_path, "Courier,agency,GB,https://c.example,The Courier|CPA", "Gazette,newspaper,GB,,")
    )

    assert (loaded.created, loaded.held, loaded.revised, loaded.left) == (0, 2, 1, [])
    assert names("courier") == {"Courier", "The Courier", "CPA"}
    outlet = Outlet.objects.get(slug="courier")
    assert (outlet.kind, outlet.website) == ("AGENCY", "https://c.example")
    assert revision.current(Outlet) != before
    assert LedgerEntry.objects.get(verb="edit").actor == "load_outlets"
    # What the list itself changed is no change by hand.
    assert load_outlets(listed(tmp_path, "Courier,agency,GB,https://c.example,The Courier")).revised == 1
    assert names("courier") == {"Courier", "The Courier"}


def test_what_a_person_changed_and_the_list_says_otherwise_is_told(tmp_path):
    path = listed(tmp_path, "Courier,newspaper,GB,,The Courier|CP")
    load_outlets(path)
    edit_outlet(Outlet.objects.get(), by="ada", aliases=["The Courier", "Kent Courier"])

    loaded = load_outlets(path)

    assert names("courier") == {"Courier", "The Courier", "Kent Courier"}
    assert (loaded.revised, loaded.left) == (0, ["Courier: also called Kent Courier here; called CP in the list"])
    out = io.StringIO()
    call_command("load_outlets", str(path), stdout=out)
    assert "Left as a person made it: Courier: also called Kent Courier here; called CP in the list." in out.getvalue()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("A,shop,GB,,", 'line 2: kind "shop" is none of agency'),
        (",agency,GB,,", "line 2: the name is empty"),
        ("A,agency,GB", "line 2: it needs the columns"),
        ("A,agency,GB,,\na,charity,GB,,", "lists a twice"),
    ],
    ids=["kind", "no-name", "columns", "twice"],
)
def test_a_bad_list_is_refused_whole(tmp_path, line, complaint):
    path = tmp_path / "outlets.csv"
    path.write_text(f"name,kind,country_code,website,aliases\n{line}\n")

    with pytest.raises(BadOutlets, match=complaint):
        load_outlets(path)

    assert not Outlet.objects.exists()
