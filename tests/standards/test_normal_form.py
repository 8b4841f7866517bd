import pytest

from archive.standards.normal_form import normalise, slug


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Malo-les-Bains", "malo les bains"),
        ("Équihen Plage", "equihen plage"),
        ("Saint-Étienne", "st etienne"),
        ("St. ETIENNE", "st etienne"),
        ("Sainte-Marguerite", "ste marguerite"),
        ("St Margaret’s Bay", "st margarets bay"),
        ("St Margarets Bay", "st margarets bay"),
        ("Côte d'Opale", "cote d opale"),
        ("Œuvre & Søn", "oeuvre and son"),
        ("  Dover\tharbour. ", "dover harbour"),
        ("Великобритания", "великобритания"),
        ("Aﬀaire nº 5", "affaire no 5"),
        ("Cafe\u0301 de l’A\u030anse", "cafe de l anse"),
        ("IJmuiden, ĳmuiden", "ijmuiden ijmuiden"),
        ("Straße_12", "strasse 12"),
        ("—?!", ""),
    ],
)
def test_spellings_of_one_name_meet_in_one_form(written, normal):
    assert normalise(written) == normal


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Malo-les-Bains", "malo-les-bains"),
        ("St Margaret's Bay", "st-margarets-bay"),
        ("Saint-Malo", "saint-malo"),
        ("Tromsø", "tromso"),
        ("東京", ""),
    ],
)
def test_a_name_is_written_for_an_address(written, address):
    assert slug(written) == address
