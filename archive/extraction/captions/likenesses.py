"""
Find the names that a caption only compares the picture with: "looks like Calais", "on dirait Calais, mais c'est …".

Words of likeness ("resembles", "often mistaken for") never say where a picture was made. Words of belief ("could be",
"thought to be", "parece") do, unless another name is set against it: "thought to be Calais but in fact De Panne".
"""

import re

# Words in capitals between two names of a caption that is written in capitals all.
_NO_NAME = r"(?!(?:BUT|IS|WAS|MAIS|EST|ABER|IST|MAAR|PERO|ES|MA|AND|ET|UND|EN|IN|AT|ON)\b)"
_NAME = rf"(?-i:{_NO_NAME}[A-ZÀ-Ý])[\w’'-]*"
_NAMES = (
    rf"{_NAME}(?:\s(?:(?:of|the|on|upon|de|du|des|la|le|les|sur|sous|mer|der|am|an|aan|zee|del|el|al|di|or|and|ou|et|"
    rf"oder|und|of|en|o|y|e)\s){{0,3}}{_NAME}){{0,4}}"
)
# "Looks like the beach at Calais", "se croirait à Calais", "l'île de Ré"
_SMALL = (
    r"(?:\s(?:(?:the|a|la|le|les|l['’]|der|die|das|den|dem|de|het|el|lo|il|i|gli)\s?(?:beach|harbour|harbor|port|coast|"
    r"pier|seafront|promenade|island|plage|côte|digue|jetée|île|strand|hafen|küste|mole|insel|haven|kust|pier|dijk|"
    r"eiland|playa|puerto|costa|muelle|isla|spiaggia|porto|molo|isola)\s)?(?:(?:at|in|of|off|near|on|à|au|aux|en|de|du|"
    r"d['’]|des|le|la|les|l['’]|in|bei|vor|von|auf|am|der|die|das|den|op|bij|van|voor|a|con|di|del|della)\s?){0,2}|\s)"
)
_ALIKE = re.compile(
    r"\b(?:"
    r"look(?:s|ed|ing)?\s(?:(?:a lot|a bit|a little|much|very much|just|almost|exactly|rather|something)\s)?like"
    r"|resembl(?:e|es|ed|ing)|(?:mistaken|confused|confounded)\s(?:for|with)"
    r"|(?:often|easily|sometimes|at first|commonly|be|being)\staken\sfor|pass(?:es|ed)?\sfor"
    r"|reminiscent\sof|reminds?\s\w+\sof|evocative\sof"
    r"|on\sdirait(?:\sbien)?|on\s(?:se\s)?croirait(?:\s(?:voir|être))?"
    r"|ressembl(?:e|ent|ait|aient|ant)(?:\s(?:beaucoup|fort|un peu|bien|étrangement))?"
    r"|confondue?s?\savec|(?:souvent|parfois|facilement|d['’]abord)\sprise?s?\spour|f(?:ait|ont|aisant)\s(?:penser|songer)"
    r"|des\sairs\sde"
    r"|lijk(?:t|en|end)\s(?:(?:wel|erg|sterk|veel|een beetje)\s)?op|(?:ziet|zien|zag)\ser\s?uit\sals"
    r"|verward\smet|(?:doet|doen)\sdenken\saan"
    r"|(?:sieht|sehen|sah)\s(?:(?:fast|ganz|ein wenig)\s)?(?:aus\swie|nach|wie)|aussieht\swie|ähnel(?:t|n|te)"
    r"|erinnert\s(?:(?:stark|sehr|ein wenig)\s)?an|verwechselt\smit"
    r"|se\sparece[n]?(?:\smucho)?\sa|recuerda(?:n)?\sa|confundid[ao]s?\s(?:a\smenudo\s|a\sveces\s)?con"
    r"|(?:as)?somigli(?:a|ano)\s(?:molto\s)?ad?|(?:scambiat|confus)[aoei]\s(?:spesso\s)?(?:per|con)"
    rf")(?={_SMALL}?(?P<names>{_NAMES})(?P<behind>[^\n]?))",
    re.IGNORECASE,
)
# What may follow the names: "looks like Calais will host the race" compares nothing.
_ALIKE_ENDS = re.compile(
    r"\s*(?:$|[,.;:!?)\]–—\n]|-\s)|\s(?:but|and|though|although|yet|at|on|in|by|when|(?:is|was|are|were)\s(?:really|"
    r"actually|in\s(?:fact|truth|reality))|mais|or|et|alors|à|en|ist|aber|aus|und|bei|maar|wel|bij|pero|y|ma|invece|e|"
    r"è|es|war)\b",
    re.IGNORECASE,
)
# The names stand before the word: "was wie Calais aussieht", "oft mit Calais verwechselt".
_ALIKE_AROUND = re.compile(
    rf"\b(?:wie\s(?P<a>{_NAMES})\s(?:aussieht|aussah|aussehen)|(?:mit|met)\s(?P<b>{_NAMES})\s(?:verwechselt|verward)"
    rf"|als\s(?P<c>{_NAMES})\suitzie(?:t|n)|(?P<d>{_NAMES})\s(?:sehr\s|zum Verwechseln\s)?ähnlich\s(?:sieht|sehen))",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:"
    r"(?:could|might|may)\s(?:(?:well|easily|also|almost|just)\s)?(?:be|have\sbeen|show)"
    r"|(?:appear|seem)(?:s|ed)?\sto\s(?:be|show|have\sbeen)(?:\staken)?"
    r"|(?:thought|believed|said|assumed|supposed|claimed|presumed|reported|held)\s(?:[a-z]+\s){0,3}?to\s(?:be|show|have\s"
    r"been)(?:\staken)?|(?:think|swear|say|believe|guess)\s(?:that\s)?(?:this|it|that)(?:\s(?:is|was|were)|['’]s)"
    r"|(?:pourrai(?:t|ent)|semble(?:nt)?|paraît|aurait\spu)\s(?:être|montrer|représenter)"
    r"|(?:croire|penser|dire)\s(?:que\sc['’]est|voir|qu['’]il\ss['’]agit)|rappelle(?:nt)?"
    r"|lijk(?:t|en)|zou|(?:könnte|scheint)|(?:das|es|dies)\s(?:sei|wäre)"
    r"|parece[n]?(?:\sser)?|podrían?\s(?:ser|parecer|pasar\spor)|(?:se\sdiría|diríase)(?:\sque\ses)?"
    r"|sembra(?:no)?(?:\sessere)?|potrebbe(?:ro)?\s(?:essere|sembrare)|pare|si\sdirebbe|ricorda(?:no)?"
    rf")(?={_SMALL}(?P<names>{_NAMES}))",
    re.IGNORECASE,
)
_IS = (
    r"(?:is|was|are|were|lies|shows?|showed|taken|actually|really|in\s(?:fact|truth|reality)|est|était|montre|s['’]agit|"
    r"en\s(?:fait|réalité|vérité)|c['’]est|c['’]était|ist|war|liegt|zeigt|tatsächlich|in\swirklichkeit|is|was|ligt|toont|"
    r"in\swerkelijkheid|eigenlijk|es|era|está|muestra|en\srealidad|è|era|mostra|tratta|in\srealtà)"
)
# "… but is Dover", "; in Wirklichkeit Dover", ", the picture shows Dover"
_IN_TRUTH = re.compile(
    r"(?:\s(?:sein|zu\ssein|zijn|kunnen\szijn|te\szijn|wel|aus))?"
    r"(?:\s?[,;:.–—(-]\s?|\s(?=but|yet|mais|aber|maar|pero|ma|invece|is\sreally|is\sactually))"
    rf"(?:[\w’']+\s){{0,4}}?{_IS}\s(?:[a-zà-ÿ’']+\s){{0,5}}?(?:d['’]|l['’])?(?-i:[A-ZÀ-Ý])",
    re.IGNORECASE,
)
# Most captions hold none of these, and need not be searched.
_HINTS = (
    "like ", "resembl", "mistaken", "confus", "confound", "taken for", "pass for", "passes for", "passed for",
    "reminiscent", "remind", "evocative", "dirait", "croirait", "confond", "confund", "pris", "penser", "songer",
    "airs de", "lijk", "uit als", "uitzie", "verward", "denken aan", "sieh", "sehen", "sah ", "aussieht", "ähn",
    "erinner", "verwechsel", "parece", "recuerda", "somigli", "scambiat", "could ", "might ", "may ", "appear",
    "seem", "thought", "believed", "said ", "assumed", "supposed", "claimed", "presumed", "reported", "held ",
    "think", "swear", "say ", "believe", "guess", "pourrai", "sembl", "paraît", "aurait pu", "croire", "dire ",
    "rappelle", "zou ", "könnte", "scheint", " sei ", "wäre", "podría", "diría", "sembra", "potrebbe", "pare ",
    "direbbe", "ricorda",
)  # fmt: skip


def find_likenesses(text: str) -> list[tuple[int, int]]:
    """Return the spans of words that compare, with the names that they compare with."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return []
    spans = [match.span() for match in _ALIKE_AROUND.finditer(text)]
    for match in _ALIKE.finditer(text):
        if _ALIKE_ENDS.match(text, match.end("names")):
            spans.append((match.start(), match.end("names")))
    for match in _MAYBE.finditer(text):
        if _IN_TRUTH.match(text, match.end("names"), match.end("names") + 100):
            spans.append((match.start(), match.end("names")))
    return spans
