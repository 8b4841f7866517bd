"""Names that a caption only compares the picture with."""

import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It looks like Dunkirk but is Dover."),
        ("en", "Looks like Dunkirk, but this is Dover."),
        ("en", "A beach that looks like Dunkirk but is in fact Dover."),
        ("en", "It may look like Dunkirk; it is Dover."),
        ("en", "What looks like Dunkirk is really Dover."),
        ("en", "It could be Dunkirk, but it is Dover."),
        ("en", "You might think this is Dunkirk, but it was taken in Dover."),
        ("en", "Often mistaken for Dunkirk, this is the beach of Dover."),
        ("en", "Dover, which resembles Dunkirk at low tide."),
        ("en", "This appears to be Dunkirk but is Dover."),
        ("en", "This might pass for Dunkirk. It is Dover."),
        ("en", "Thought to be Dunkirk, the picture was in fact taken in Dover."),
        ("en", "Believed at first to show Dunkirk, the picture shows Dover."),
        ("en", "Said to be Dunkirk, in reality Dover."),
        ("en", "This is Dover, although it looks like Dunkirk."),
        ("en", "LOOKS LIKE DUNKIRK BUT IS DOVER"),
        ("en", "Looks like Dunkirk or Nice, but this is Dover."),
        ("en", "Looks like the beach at Dunkirk but it is Dover."),
        ("en", "Looks like the beach of Dunkirk, but it is Dover."),
    ],
)
def test_what_a_place_looks_like_is_claimed_by_nobody_and_what_it_is_is(
    gazetteer: Gazetteer, language: str, text: str
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, language=language)

    assert [place.record.slug for place in reading.places if place.record] == ["dover"]
    assert "dunkirk" in [place.record.slug for place in reading.denied_places if place.record]


@pytest.mark.parametrize(
    ("language", "text", "slugs"),
    [
        ("en", "It looks like Dunkirk will host the race.", "dunkirk"),
        ("en", "A boat that looks like a toy off Dunkirk.", "dunkirk"),
        ("fr", "On dirait Dunkerque, mais c'est Douvres.", "dover"),
        ("fr", "Cela ressemble à Dunkerque mais c'est Douvres.", "dover"),
        ("fr", "On se croirait à Dunkerque, mais c'est Douvres.", "dover"),
        ("fr", "On croirait voir Dunkerque, or il s'agit de Douvres.", "dover"),
        ("fr", "La plage, souvent confondue avec Dunkerque, est celle de Douvres.", "dover"),
        ("fr", "Ce n'est pas Dunkerque, c'est Douvres.", "dover"),
        ("fr", "Malgré les apparences, ce n'est pas à Dunkerque mais à Douvres.", "dover"),
        ("fr", "La photo semble montrer Dunkerque mais montre Douvres.", "dover"),
        ("fr", "Cela pourrait être Dunkerque, mais c'est Douvres.", "dover"),
        ("nl", "Het lijkt op Dunkerque maar het is Dover.", "dover"),
        ("nl", "Lijkt Dunkerque, maar is Dover.", "dover"),
        ("nl", "Het lijkt Dunkerque wel, maar dit is Dover.", "dover"),
        ("nl", "Het zou Dunkerque kunnen zijn, maar het is Dover.", "dover"),
        ("nl", "Ziet eruit als Dunkerque maar is Dover.", "dover"),
        ("nl", "Vaak verward met Dunkerque: het strand van Dover.", "dover"),
        ("de", "Sieht aus wie Dunkerque, ist aber Dover.", "dover"),
        ("de", "Es sieht nach Dunkerque aus, ist aber Dover.", "dover"),
        ("de", "Der Strand ähnelt Dunkerque, liegt aber in Dover.", "dover"),
        ("de", "Was wie Dunkerque aussieht, ist Dover.", "dover"),
        ("de", "Könnte Dunkerque sein, ist aber Dover.", "dover"),
        ("de", "Erinnert an Dunkerque, ist aber Dover.", "dover"),
        ("de", "Man könnte meinen, das sei Dunkerque, es ist aber Dover.", "dover"),
        ("de", "Oft mit Dunkerque verwechselt: der Strand von Dover.", "dover"),
        ("es", "Parece Dunkerque, pero es Dover.", "dover"),
        ("es", "Se parece a Dunkerque, pero es Dover.", "dover"),
        ("es", "Podría ser Dunkerque, pero es Dover.", "dover"),
        ("es", "Confundida a menudo con Dunkerque, es la playa de Dover.", "dover"),
        ("es", "Recuerda a Dunkerque, pero es Dover.", "dover"),
        ("it", "Sembra Dunkerque, ma è Dover.", "dover"),
        ("it", "Assomiglia a Dunkerque, ma è Dover.", "dover"),
        ("it", "Potrebbe essere Dunkerque, invece è Dover.", "dover"),
        ("it", "Spesso confusa con Dunkerque, è la spiaggia di Dover.", "dover"),
        ("it", "Ricorda Dunkerque, ma è Dover.", "dover"),
        ("en", "A wave that looks like a wall breaks at Dover.", "dover"),
        ("en", "A cloud looking like Africa hangs over Dover.", "dover"),
        ("en", "It looks like rain in Dover.", "dover"),
        ("en", "Sunset at Dover. Looks like the Mediterranean!", "dover"),
        ("en", "The boat is thought to be from Dunkirk, but police said it was too early to tell.", "dunkirk"),
        ("en", "A boat believed to be off Dunkirk.", "dunkirk"),
        ("en", "The dinghy may be from Dunkirk, Dover coastguard said.", "dunkirk,dover"),
        ("fr", "Le bateau semble être à Dunkerque.", "dunkirk"),
        ("fr", "La préfecture rappelle que la baignade est interdite à Douvres.", "dover"),
        ("de", "Menschen sehen wie in Dover das Boot ankommt.", "dover"),
        ("it", "La città ricorda le vittime a Dover.", "dover"),
        ("es", "El pueblo recuerda a las víctimas en Dover.", "dover"),
        ("nl", "Het lijkt erop dat de boot bij Dover ligt.", "dover"),
    ],
)
def test_words_of_likeness_about_something_else_leave_the_place(
    gazetteer: Gazetteer, language: str, text: str, slugs: str
) -> None:
    reading = read_caption(text, gazetteer=gazetteer, language=language)

    assert [place.record.slug for place in reading.places if place.record] == slugs.split(",")
