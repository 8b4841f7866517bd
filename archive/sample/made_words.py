"""
What the captions of made-up items are put together from, in five languages. Ours, and of no real picture.

Each list begins with what is written most: words are drawn by Zipf's law, the n-th as often as 1/n.
"""

SYLLABLES = (
    "ba", "ke", "lo", "mar", "ti", "ro", "sen", "da", "vel", "ny", "or", "ha", "lin", "gu", "pe", "sto", "fa", "mi",
    "dre", "wick", "au", "zol", "ka", "thi", "ber", "ne", "su", "ral", "jo", "quen", "var", "eck",
)  # fmt: skip

CAMERAS = (
    ("Apple", "iPhone 13"), ("Canon", "Canon EOS R5"), ("NIKON CORPORATION", "NIKON D850"), ("SONY", "ILCE-7M4"),
    ("samsung", "SM-G991B"), ("Canon", "Canon EOS-1D X Mark III"), ("NIKON CORPORATION", "NIKON D5"),
    ("FUJIFILM", "X-T4"), ("Apple", "iPhone 8"), ("Google", "Pixel 6"), ("DJI", "FC3170"), ("OLYMPUS", "E-M1MarkII"),
    ("LEICA CAMERA AG", "LEICA Q2"), ("Panasonic", "DC-GH5"), ("Canon", "Canon PowerShot G7 X"), ("GoPro", "HERO9"),
)  # fmt: skip

# Headlines, sentences that open a caption, sentences that may follow, and what fills their gaps.
LANGUAGES = {
    "en": {
        "headline": ("{thing} off {place}", "{who} on the shore at {place}", "Search goes on near {place}",
                     "{place}: {thing} washed ashore", "Calm returns to {place}"),
        "opening": ("{who} wait beside {thing} on the beach at {place} {when}.",
                    "{thing} is seen off {place} {when}.", "A {adjective} morning near {place}, {when}.",
                    "{who} walk past {thing} in {place} {when}.",
                    "The coastguard brings {thing} into {place} {when}.",
                    "Volunteers gather {thing} along the shore of {place} {when}."),
        "further": ("The sea was {adjective} after a night of rain.", "{who} had set out before dawn.",
                    "Nobody was hurt, said {name} of the harbour office.", "{thing} lay half buried in the sand.",
                    "The vessel {name} stood by.", "It was the third such day this month.",
                    "{name}, who lives nearby, watched from the dunes."),
        "who": ("People", "Two men", "Police officers", "A family", "Rescuers", "Fishermen", "Children",
                "Beachgoers", "Aid workers", "Reporters", "Swimmers", "Soldiers"),
        "thing": ("a rubber dinghy", "a small boat", "life jackets", "a lifeboat", "an outboard engine", "wreckage",
                  "driftwood", "a fishing boat", "a patrol vessel", "an inflatable raft", "sleeping bags", "footprints",
                  "a ferry", "a buoy", "petrol cans", "a capsized skiff", "a stranded whale", "nets"),
        "adjective": ("calm", "rough", "grey", "cold", "misty", "windless", "golden", "stormy", "choppy", "glassy"),
        "month": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December"),
        "on": "on {day} {month} {year}", "in": "in {month} {year}", "undated": "on an unknown day",
        "people": "{number} people are in the picture.",
    },
    "fr": {
        "headline": ("{thing} au large de {place}", "{who} sur le rivage à {place}",
                     "Les recherches continuent près de {place}",
                     "{place} : {thing} échoué sur la plage"),
        "opening": ("{who} attendent près d’{thing} sur la plage de {place} {when}.",
                    "On aperçoit {thing} au large de {place} {when}.",
                    "Un matin {adjective} près de {place}, {when}.",
                    "Les sauveteurs ramènent {thing} à {place} {when}."),
        "further": ("La mer était {adjective} après une nuit de pluie.", "{who} étaient partis avant l’aube.",
                    "Personne n’a été blessé, a déclaré {name} de la capitainerie.",
                    "Le navire {name} restait à proximité.",
                    "C’était la troisième journée semblable du mois."),
        "who": ("Des gens", "Deux hommes", "Des policiers", "Une famille", "Des secouristes", "Des pêcheurs",
                "Des enfants", "Des bénévoles", "Des journalistes"),
        "thing": ("un canot pneumatique", "un petit bateau", "des gilets de sauvetage", "une embarcation", "un moteur",
                  "une épave", "du bois flotté", "un chalutier", "une vedette", "des sacs de couchage", "une bouée"),
        "adjective": ("calme", "agité", "gris", "froid", "brumeux", "doré", "orageux"),
        "month": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                  "novembre", "décembre"),
        "on": "le {day} {month} {year}", "in": "en {month} {year}", "undated": "un jour inconnu",
        "people": "{number} personnes figurent sur l’image.",
    },
    "nl": {
        "headline": ("{thing} voor de kust van {place}", "{who} op het strand van {place}", "Zoektocht bij {place}"),
        "opening": ("{who} wachten naast {thing} op het strand van {place} {when}.",
                    "{thing} is te zien voor {place} {when}.", "Een {adjective} ochtend bij {place}, {when}."),
        "further": ("De zee was {adjective} na een nacht vol regen.", "Niemand raakte gewond, zei {name}.",
                    "Het schip {name} bleef in de buurt."),
        "who": ("Mensen", "Twee mannen", "Agenten", "Een gezin", "Redders", "Vissers", "Kinderen"),
        "thing": ("een rubberboot", "een bootje", "zwemvesten", "een reddingsboot", "een buitenboordmotor", "wrakhout",
                  "een kotter", "een boei"),
        "adjective": ("kalme", "ruwe", "grijze", "koude", "mistige"),
        "month": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
                  "november", "december"),
        "on": "op {day} {month} {year}", "in": "in {month} {year}", "undated": "op een onbekende dag",
        "people": "{number} mensen staan op de foto.",
    },
    "de": {
        "headline": ("{thing} vor {place}", "{who} am Strand von {place}", "Suche vor {place} geht weiter"),
        "opening": ("{who} warten neben {thing} am Strand von {place} {when}.",
                    "{thing} ist vor {place} zu sehen, {when}.", "Ein {adjective} Morgen bei {place}, {when}."),
        "further": ("Das Meer war {adjective} nach einer regnerischen Nacht.", "Verletzt wurde niemand, sagte {name}.",
                    "Das Schiff {name} blieb in der Nähe."),
        "who": ("Menschen", "Zwei Männer", "Polizisten", "Eine Familie", "Retter", "Fischer", "Kinder"),
        "thing": ("ein Schlauchboot", "ein kleines Boot", "Schwimmwesten", "ein Rettungsboot", "ein Außenbordmotor",
                  "Treibholz", "ein Kutter", "eine Boje"),
        "adjective": ("ruhiger", "rauer", "grauer", "kalter", "nebliger"),
        "month": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                  "November", "Dezember"),
        "on": "am {day}. {month} {year}", "in": "im {month} {year}", "undated": "an einem unbekannten Tag",
        "people": "{number} Personen sind im Bild.",
    },
    "es": {
        "headline": ("{thing} frente a {place}", "{who} en la orilla de {place}"),
        "opening": ("{who} esperan junto a {thing} en la playa de {place} {when}.",
                    "Se ve {thing} frente a {place} {when}.", "Una mañana {adjective} cerca de {place}, {when}."),
        "further": ("El mar estaba {adjective} tras una noche de lluvia.", "Nadie resultó herido, dijo {name}.",
                    "El buque {name} permaneció cerca."),
        "who": ("Personas", "Dos hombres", "Agentes", "Una familia", "Rescatistas", "Pescadores", "Niños"),
        "thing": ("una lancha neumática", "un bote", "chalecos salvavidas", "un motor fueraborda", "restos de madera",
                  "un pesquero", "una boya"),
        "adjective": ("tranquila", "agitada", "gris", "fría", "brumosa"),
        "month": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
                  "noviembre", "diciembre"),
        "on": "el {day} de {month} de {year}", "in": "en {month} de {year}", "undated": "un día desconocido",
        "people": "{number} personas aparecen en la imagen.",
    },
}  # fmt: skip

# What stands on banners and signs, as it is read in pictures.
BANNERS = ("WELCOME ASHORE", "NO SWIMMING", "HARBOUR OFFICE", "PLAGE SURVEILLEE", "SAFE PASSAGE NOW", "FISH MARKET")
