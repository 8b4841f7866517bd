from datetime import date

import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.read_caption import read_caption


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        (
            "A boat. Photo: Ana Roe/AFP via Getty Images",
            {"creator": "Ana Roe", "agency": "AFP", "supplier": "Getty Images"},
        ),
        ("A boat. (AP Photo/Ana Roe)", {"creator": "Ana Roe", "agency": "AP"}),
        ("A boat. (AP Photo/Ana Roe, File)", {"creator": "Ana Roe", "agency": "AP"}),
        ("A boat. REUTERS/Ana Roe", {"creator": "Ana Roe", "agency": "REUTERS"}),
        ("A boat. PA Wire", {"agency": "PA Wire"}),
        ("A boat at the quay\nAFP via Getty Images", {"agency": "AFP", "supplier": "Getty Images"}),
        ("A boat at the quay\nAna Roe", {"creator": "Ana Roe"}),
        ("Een boot\nBeeld: Ana Roe/AFP", {"creator": "Ana Roe", "agency": "AFP"}),
        ("A boat. Ana Roe/PA", {"creator": "Ana Roe", "agency": "PA"}),
        ("A boat. © Sky News", {"publisher": "Sky News"}),
        (
            "A boat in footage captured by Sky News.",
            {"publisher": "Sky News", "source_kind": "screen capture"},
        ),
        ("Un canot. Crédit photo : Ana Roe / La Voix du Nord", {"creator": "Ana Roe", "publisher": "La Voix du Nord"}),
        ("Un canot. (Photo Ana Roe. AFP)", {"creator": "Ana Roe", "agency": "AFP"}),
        ("Una patera. EFE", {"agency": "EFE"}),
        ("A boat. (Handout photo issued by Kent Police)", {"supplier": "Kent Police", "source_kind": "handout"}),
        ("A boat. Pool photo by Ana Roe", {"creator": "Ana Roe", "source_kind": "pool"}),
        ("A boat. Screengrab from Sky News", {"publisher": "Sky News", "source_kind": "screen capture"}),
        ("A boat. User-submitted photo", {"source_kind": "user-generated"}),
        ("Ana Roe | Getty Images A boat leaves.", {"creator": "Ana Roe", "agency": "Getty Images"}),
        ("A boat at sea.", {}),
    ],
)
def test_a_credit_is_split_into_who_did_what(gazetteer: Gazetteer, text: str, credit: dict[str, str]) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: words for part, words in read.items() if words} == credit


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Un canot. Var-Matin/Lucien Ferrand", {"creator": "Lucien Ferrand", "publisher": "Var-Matin"}),
        ("Un canot. Photo Le Phare / Odile Marchand", {"creator": "Odile Marchand", "publisher": "Le Phare"}),
        ("A boat. Picture: Romney Bugle", {"publisher": "Romney Bugle"}),
        ("A boat. Kestrel Pictures/Hattie Sloane", {"creator": "Hattie Sloane", "agency": "Kestrel Pictures"}),
        ("A boat [The Straits Argus]", {"publisher": "The Straits Argus"}),
        ("A boat © Tidewater Press Agency", {"agency": "Tidewater Press Agency"}),
        ("A boat. Foto: AFP", {"agency": "AFP"}),
        ("A boat. Photograph: S. R. Haldane/EPA", {"creator": "S. R. Haldane", "agency": "EPA"}),
        ("Le port. AFP PHOTO BENOIT LAURIER", {"creator": "BENOIT LAURIER", "agency": "AFP"}),
        ("Surf. Pic: @bude_waves/Kestrel News", {"creator": "@bude_waves", "publisher": "Kestrel News",
                                                 "source_kind": "user-generated"}),
        ("A visit. Ned Farrow/Pool via REUTERS", {"creator": "Ned Farrow", "agency": "REUTERS",
                                                   "source_kind": "pool"}),
        ("A ship. Kent Police/Handout via REUTERS", {"supplier": "Kent Police", "agency": "REUTERS",
                                                     "source_kind": "handout"}),
        ("A boat. (Ana Roe/The Union via AP)", {"creator": "Ana Roe", "publisher": "The Union", "supplier": "AP"}),
        ("A boat. Adam Birch/PA/Getty Images", {"creator": "Adam Birch", "agency": "PA", "supplier": "Getty Images"}),
        ("Ein Boot. Foto: Karin Holtz/AFP +++ dpa-Bildfunk +++", {"creator": "Karin Holtz", "agency": "AFP"}),
        ("Mandatory Credit: Photo by Ana Roe/Getty Images (14550001a) Boat off Calais",
         {"creator": "Ana Roe", "agency": "Getty Images"}),
        ("A boat. Photo: Jules Carlier for The Straits Argus", {"creator": "Jules Carlier",
                                                               "publisher": "The Straits Argus"}),
        ("EPA/JONAS VELD: A couple walk on the beach", {"creator": "JONAS VELD", "agency": "EPA"}),
    ],
)  # fmt: skip
def test_an_outlet_of_no_list_is_told_from_a_person_by_form_and_position(
    gazetteer: Gazetteer, text: str, credit: dict[str, str]
) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: words for part, words in read.items() if words} == credit


@pytest.mark.parametrize(
    ("text", "part", "name"),
    [
        ("Handout photo issued by the RNLI of the lifeboat off Deal", "supplier", "RNLI"),
        ("In this photo provided by the Hellenic Coast Guard, a trawler lists", "supplier", "Hellenic Coast Guard"),
        ("Video released by the coastguard shows a man in the sea", "supplier", "coastguard"),
        ("Screen grab from Channel Nine: a dinghy leaves", "publisher", "Channel Nine"),
        ("Photo issued by Kent Police of Martin Lowe on Monday", "supplier", "Kent Police"),
        ("Image d'une vidéo diffusée par la préfecture maritime le 17 juin", "supplier", "préfecture maritime"),
        ("Das von der Küstenwache veröffentlichte Foto", "supplier", "Küstenwache"),
        ("In this photo provided by the charity Sea Aid, a boat sinks", "supplier", "Sea Aid"),
        ("Reader Pauline Eade sent in this picture of fog", "creator", "Pauline Eade"),
        ("Capture d'écran d'une vidéo de la Marine nationale, diffusée hier", "supplier", "Marine nationale"),
        ("Captura de un vídeo facilitado por la Policía Nacional", "supplier", "Policía Nacional"),
        ("Des naufragés à Dakhla. © Marine royale", "supplier", "Marine royale"),
        ("Emigranti a Genova. Archivio storico della Lanterna", "supplier", "Archivio storico della Lanterna"),
        ("Une régate, samedi. | PARIS-NORMANDIE", "publisher", "PARIS-NORMANDIE"),
    ],
)
def test_a_name_in_the_sentence_ends_where_the_sentence_goes_on(
    gazetteer: Gazetteer, text: str, part: str, name: str
) -> None:
    reading = read_caption(text, gazetteer=gazetteer)

    assert getattr(reading.credit, part) == name


@pytest.mark.parametrize(
    "number", ["(5678a)", "(98c)", "(567)", "[5678a]", "(14550001ab)", "(123456789012345678901234567a)", "(1998)"]
)
def test_a_librarys_number_is_no_part_of_the_credit(gazetteer: Gazetteer, number: str) -> None:
    text = f"Jane Doe/Reuters/Getty Images {number} Boat"

    reading = read_caption(text, gazetteer=gazetteer, language="en")

    assert [text[start:end] for start, end in reading.credit_spans] == ["Jane Doe/Reuters/Getty Images"]
    assert reading.credit.creator == "Jane Doe"
    assert (reading.dates, reading.counts) == ([], [])


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Seals at Horsey. English Heritage/PA", {"supplier": "English Heritage", "agency": "PA"}),
        ("A stag. Scottish SPCA/PA", {"supplier": "Scottish SPCA", "agency": "PA"}),
        ("Een zeehond. Stichting Noorderlicht/EPA", {"supplier": "Stichting Noorderlicht", "agency": "EPA"}),
        ("The arch. Gelatin silver print. Unst Photographic Trust, inv. 1977.14.3",
         {"supplier": "Unst Photographic Trust"}),
        ("A boat. Harbour Museum, Dover", {"supplier": "Harbour Museum"}),
        ("Le port. Coll. musée de Fécamp", {"supplier": "musée de Fécamp"}),
        ("The port. Kent Police/Ana Roe/PA", {"supplier": "Kent Police", "creator": "Ana Roe", "agency": "PA"}),
        ("A wave. 📷 @carlos.waves", {"creator": "@carlos.waves", "source_kind": "user-generated"}),
        ("A wave. @bude_waves via Sky News", {"creator": "@bude_waves", "publisher": "Sky News",
                                              "source_kind": "user-generated"}),
        ("A boat. Copyright Romney Bugle", {"publisher": "Romney Bugle"}),
        ("Le port. Ph. Ana Roe", {"creator": "Ana Roe"}),
        ("Un phoque. Photo d'un lecteur : Michel Tanguy",
         {"creator": "Michel Tanguy", "source_kind": "user-generated"}),
        ("Sturm. Leserfoto: Karin Holtz", {"creator": "Karin Holtz", "source_kind": "user-generated"}),
        ("Fog at Dover! Sent in by Pat Lockwood", {"creator": "Pat Lockwood", "source_kind": "user-generated"}),
        ("Storm. Foto ingestuurd door Karin Holtz", {"creator": "Karin Holtz", "source_kind": "user-generated"}),
        ("Thanks to Ana Roe for this picture of fog.", {"creator": "Ana Roe"}),
        ("A storm at Dover | Ana Roe/Getty Images", {"creator": "Ana Roe", "agency": "Getty Images"}),
        ("A storm hits the harbour - Ana Roe", {"creator": "Ana Roe"}),
        ("A storm hits the harbour. ANA ROE", {"creator": "ANA ROE"}),
        ("Smoke off the coast. DHA", {"agency": "DHA"}),
        ("Le port. Ana Roe/POOL", {"creator": "Ana Roe", "source_kind": "pool"}),
        ("Photo : Ana Roe pour La Voix du Nord", {"creator": "Ana Roe", "publisher": "La Voix du Nord"}),
        ("A rally. REUTERS/Ana Roe  TPX IMAGES OF THE DAY", {"creator": "Ana Roe", "agency": "REUTERS"}),
        ("Un canot. Image issue d'une vidéo de la gendarmerie", {"supplier": "gendarmerie",
                                                                 "source_kind": "screen capture"}),
        ("Foto cedida por Bomberos del Oriente", {"supplier": "Bomberos del Oriente", "source_kind": "handout"}),
        ("Le port. Archives La Voix du Nord", {"publisher": "La Voix du Nord"}),
    ],
)  # fmt: skip
def test_bodies_readers_and_labels_of_other_newsrooms_are_told(
    gazetteer: Gazetteer, text: str, credit: dict[str, str]
) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: words for part, words in read.items() if words} == credit


@pytest.mark.parametrize(
    "text",
    [
        "MARSEILLE, LE 12/03/2019. Une manifestation.",
        "Ships pass the bridge. The Severn Bridge.",
        "Divers in Dover, France.",
        "The best of the USA. A walk in the USA",
    ],
)
def test_words_that_look_like_a_credit_are_none(gazetteer: Gazetteer, text: str) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: words for part, words in read.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Helpers of the charity Far Shore at work. Photo: Far Shore", {"supplier": "Far Shore"}),
        ("Ships. Handout photo: Ana Roe/Sea Bridge North", {"creator": "Ana Roe", "supplier": "Sea Bridge North"}),
        ("Ships. Photograph: A. Roe. Provided by the Buckie Heritage Centre", {"supplier": "Buckie Heritage Centre"}),
        ("Crowds last night, filmed by @shoreman and posted to TikTok.", {"creator": "@shoreman"}),
        ("Market day, 1890s. Albumen print by E. Roe", {"creator": "E. Roe"}),
        ("Headline: A dinghy. Byline: Ana Roe. Credit: AFP", {"creator": "Ana Roe", "agency": "AFP"}),
        ("Waves at Porthleven, photographed by our reader Ana Roe from her window.", {"creator": "Ana Roe"}),
        ("Flood water. Picture taken by church warden Ana Roe", {"creator": "Ana Roe"}),
        ("Members visit the centre. Ana Roe/Pool Photo via AP", {"creator": "Ana Roe", "agency": "AP"}),
        ('"They shouted," says Ana Roe, who took this picture on Monday.', {"creator": "Ana Roe"}),
        ("Un canot. PHOTO ANA ROE « LA VOIX DU LITTORAL »", {"publisher": "LA VOIX DU LITTORAL"}),
    ],
)
def test_who_took_it_and_who_handed_it_on_in_other_words(
    gazetteer: Gazetteer, text: str, parts: dict[str, str]
) -> None:
    credit = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: credit[part] for part in parts} == parts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The sea at Dover, sent in by a reader, Jo Doe, and taken on 14 July."),
        ("en", "The sea at Dover, taken by one of our readers, Jo Doe, on Sunday."),
        ("fr", "Vue de Douvres envoyée par un lecteur, Jo Doe, et prise le 14 juillet."),
        ("fr", "La mer à Douvres, prise par notre lectrice Jo Doe dimanche."),
        ("nl", "De zee bij Dover, ingestuurd door lezer Jo Doe, op 14 juli."),
        ("de", "Foto der See bei Dover, von Leserin Jo Doe, am 14. Juli."),
        ("es", "El mar en Dover, enviada por un lector, Jo Doe, el 14 de julio."),
        ("it", "Il mare a Dover, inviata da un lettore, Jo Doe, il 14 luglio."),
    ],
)
def test_a_reader_who_sent_a_picture_made_it_wherever_the_words_stand(
    gazetteer: Gazetteer, language: str, text: str
) -> None:
    credit = read_caption(text, gazetteer=gazetteer, published=date(2024, 7, 20), language=language).credit

    assert (credit.creator, credit.source_kind) == ("Jo Doe", "user-generated")


def test_a_letter_of_a_reader_is_no_credit(gazetteer: Gazetteer) -> None:
    text = "Ein Brief von Leserin Jo Doe liegt im Rathaus von Dover."

    assert read_caption(text, gazetteer=gazetteer, language="de").credit.creator is None
