import pytest

from archive.authorities.describing import edit_outlet
from archive.authorities.models import Outlet
from archive.authorities.seeding import BadOutlets, load_outlets

pytestmark = pytest.mark.django_db


def test_the_shipped_outlets_are_created_once():
    created, _held = load_outlets()

    assert created > 150
    assert load_outlets() == (0, created)
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
