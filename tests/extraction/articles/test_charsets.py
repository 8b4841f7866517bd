import pytest

from archive.extraction.articles.charsets import decode

SCRIPT = "<script>" + "window.dataLayer.push({'id':249523,'slot':'ad-75','w':557});\n" * 200 + "</script>"
# Language, the charset its pages were written in, and some text.
TEXTS = {
    "fr": ("cp1252",
           "La préfecture a compté quarante personnes à bord. « C’était très tôt », raconte une bénévole. Où ?"),
    "de": ("cp1252",
           "Das Bild zeigt Flüchtlinge am Strand. Größere Gruppen übernachten in den Dünen, sagte die Behörde."),
    "nl": ("cp1252",
           "De reddingsboot haalde vluchtelingen uit zee; één persoon raakte gewond, zei coördinator Daniël."),
    "es": ("cp1252",
           "Decenas de migrantes fueron rescatados el sábado, según la Guardia Costera española. ¿Qué pasó? El niño."),
    "it": ("cp1252",
           "Più di cento migranti sono stati salvati perché la barca era in difficoltà. È così, già lunedì."),
    "pt": ("cp1252",
           "Dezenas de migrantes não conseguiram chegar à costa; a situação é difícil. Corações e mãos."),
    "da": ("cp1252",
           "Mange flygtninge blev reddet på havet. Båden sank nær øen, og børnene græd, sagde kystvagten på lørdag."),
    "sv": ("cp1252",
           "Många flyktingar räddades på havet. Båten sjönk nära ön, och barnen grät, sade kustbevakningen."),
    "en": ("cp1252",
           "The café owner’s “naïve” résumé – a £20 fine – was dismissed. Señor Muñoz said so on Monday."),
    "pl": ("cp1250",
           "Dziesiątki uchodźców zostało uratowanych na morzu. Łódź zatonęła w pobliżu wyspy, powiedziała straż."),
    "cs": ("cp1250",
           "Desítky uprchlíků byly zachráněny na moři. Člun se potopil poblíž ostrova, řekla pobřežní stráž v sobotu."),
    "hu": ("cp1250",
           "Több tucat menekültet mentettek ki a tengerből. A csónak elsüllyedt, közölte a parti őrség. Hűvös időben."),
    "tr": ("cp1254",
           "Denizde onlarca göçmen kurtarıldı. Tekne adanın yakınında battı, dedi sahil güvenlik. İşte böyle, şişe."),
    "ru": ("cp1251",
           "Десятки беженцев были спасены в море. Лодка затонула недалеко от острова, сообщила береговая охрана."),
    "el": ("cp1253",
           "Δεκάδες μετανάστες διασώθηκαν στη θάλασσα. Η βάρκα βυθίστηκε κοντά στο νησί και τα παιδιά έκλαιγαν."),
}  # fmt: skip


@pytest.mark.parametrize("names_language", [True, False], ids=["lang", "no-lang"])
@pytest.mark.parametrize("language", TEXTS)
def test_a_page_without_a_declared_charset_is_read_by_language_and_text(language, names_language):
    charset, text = TEXTS[language]
    tag = f"<html lang={language}>" if names_language else "<html>"
    page = f"{tag}<head><title>{text[:30]}</title>{SCRIPT}</head><body><p>{text}</p></body></html>"

    read, name, doubt = decode(page.encode(charset))

    assert text in read
    assert name == charset.replace("cp", "windows-")
    assert doubt.startswith(f"The page declares no charset; it was read as {name}, ")


@pytest.mark.parametrize("language", ["fr", "pl"])
def test_a_page_that_falsely_declares_utf_8_is_read_by_its_text_too(language):
    charset, text = TEXTS[language]

    read, name, doubt = decode(f"<html><meta charset=utf-8><p>{text}</p>".encode(charset))

    assert text in read
    assert doubt.startswith(f"The page declares utf-8 but is not written in it; it was read as {name}, ")


def test_a_declaration_behind_a_long_script_is_found_and_one_within_a_script_is_none():
    script = SCRIPT.replace("<script>", "<script>document.write('<meta charset=koi8-r>');")

    read, name, doubt = decode(f"<html>{script}<meta charset=windows-1250><p>Łódź".encode("cp1250"))

    assert (read[-4:], name, doubt) == ("Łódź", "windows-1250", "")


def test_where_two_charsets_fit_alike_the_other_is_named():
    _read, name, doubt = decode("<html><p>Båden sank på havet</p>".encode("cp1252"))

    assert name == "windows-1252"
    assert "by the letters of its text; it may be windows-1250" in doubt


@pytest.mark.parametrize("piece", [b"<script", b"<!--", b"<", b"<html lang", b"<meta charset", b"\xe9\x81<"], ids=str)
def test_a_page_built_against_the_guess_is_read_in_bounded_time(piece):
    _read, name, _doubt = decode(b"\xe9" + piece * (1024 * 1024 // len(piece)))

    assert name
