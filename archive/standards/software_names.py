"""Programs by the names that they write into files, and the forms in which cameras write their firmware."""

import re

# Programs that change pictures, as most files that were published have been through one.
_EDITORS = re.compile(
    r"photoshop|lightroom|camera raw|\bgimp\b|affinity|capture one|captureone|pixelmator|paint(?:\.net|shop| shop|tool)"
    r"|corel|acdsee|luminar|snapseed|picasa|darktable|rawtherapee|dxo|\bon1\b|photolab|graphicconverter|irfanview|xnview"
    r"|faststone|imagemagick|graphicsmagick|imageready|microsoft (?:windows )?photo|windows photo|photo editor"
    r"|photos \d|paint\b|krita|inkscape|polarr|vsco|picsart|canva|meitu|facetune|topaz|nik collection|silkypix"
    r"|capture nx|viewnx|nx studio|digital photo professional|apple photos|aperture \d|iphoto|photoscape|fotor|pixlr"
    r"|photodirector|remini|faceapp|beautyplus|mac os x|quicktime|preview \d|libvips|\bpil\b|pillow"
    r"|after effects|premiere|final cut|davinci|lavf|handbrake|ffmpeg|instagram|snapchat|whatsapp|camedia master"
    r"|adobe|google photos|magic eraser|galaxy ai|photo ?editor",
    re.IGNORECASE,
)
# Programs that copy pictures from cameras and write words into them.
_CARRIERS = re.compile(
    r"photo ?mechanic|exiftool|exiv2|digikam|nikon transfer|fotostation|fotoware|iview|mylio|bridge\b|"
    r"image ?capture|shotwell|geosetter|metadata ?workbench",
    re.IGNORECASE,
)
# A version alone, "Ver.1.00", "Digital Camera FinePix40i Ver1.39", one word with a number in it, or a build of Android.
_FIRMWARE = re.compile(
    r"(?:digital camera .*?)?v(?:er(?:sion)?)?[. ]*\d[\w.\- ]*|[\w.+/\-]*\d[\w.+/\-]*|hdr\+ .*|.*\brelease-keys",
    re.IGNORECASE,
)
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def is_editor(program: str) -> bool:
    """Tell whether a program is known to change pictures."""
    return bool(_EDITORS.search(program)) and not is_carrier(program)


def is_carrier(program: str) -> bool:
    """Tell whether a program is known to copy pictures and to write words into them, and seldom to change them."""
    return bool(_CARRIERS.search(program))


def is_firmware(program: str, make: str, model: str) -> bool:
    """Tell whether a name has the form in which cameras and phones write their own program."""
    if is_editor(program) or is_carrier(program):
        return False
    # Makers write their name into the model, and not into the version: "PENTAX Optio S6", "Optio S6 Ver 1.00".
    models = (_bare(model), _bare(model.partition(" ")[2]))
    is_of_model = any(len(each) > 1 and _bare(program).startswith(each) for each in models)
    return is_of_model or (bool(make or model) and bool(_FIRMWARE.fullmatch(program.strip())))


def _bare(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text).casefold()
