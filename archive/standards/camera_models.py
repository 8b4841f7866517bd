"""
When well-known cameras and telephones were announced, by the model as they write it into Exif.

The month is that of the maker's own press release. A model that is not here is not known; nothing follows from that.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

# Each maker: the word by which Exif's Make knows it, whose announcement it is, and the models of each month, with bars.
_ANNOUNCED: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "apple",
        "Apple, press release",
        {
            "2007-01": "iPhone",
            "2008-06": "iPhone 3G",
            "2009-06": "iPhone 3GS",
            "2010-06": "iPhone 4",
            "2011-10": "iPhone 4S",
            "2012-09": "iPhone 5",
            "2013-09": "iPhone 5c|iPhone 5s",
            "2014-09": "iPhone 6|iPhone 6 Plus",
            "2015-09": "iPhone 6s|iPhone 6s Plus",
            "2016-03": "iPhone SE",
            "2016-09": "iPhone 7|iPhone 7 Plus",
            "2017-09": "iPhone 8|iPhone 8 Plus|iPhone X",
            "2018-09": "iPhone XR|iPhone XS|iPhone XS Max",
            "2019-09": "iPhone 11|iPhone 11 Pro|iPhone 11 Pro Max",
            "2020-04": "iPhone SE (2nd generation)",
            "2020-10": "iPhone 12|iPhone 12 mini|iPhone 12 Pro|iPhone 12 Pro Max",
            "2021-09": "iPhone 13|iPhone 13 mini|iPhone 13 Pro|iPhone 13 Pro Max",
            "2022-03": "iPhone SE (3rd generation)",
            "2022-09": "iPhone 14|iPhone 14 Plus|iPhone 14 Pro|iPhone 14 Pro Max",
            "2023-09": "iPhone 15|iPhone 15 Plus|iPhone 15 Pro|iPhone 15 Pro Max",
            "2024-09": "iPhone 16|iPhone 16 Plus|iPhone 16 Pro|iPhone 16 Pro Max",
        },
    ),
    (
        "canon",
        "Canon, press release",
        {
            "2003-02": "Canon EOS 10D",
            "2003-08": "Canon EOS 300D DIGITAL|Canon EOS DIGITAL REBEL",
            "2004-08": "Canon EOS 20D",
            "2005-02": "Canon EOS 350D DIGITAL|Canon EOS DIGITAL REBEL XT",
            "2005-08": "Canon EOS 5D",
            "2006-02": "Canon EOS 30D",
            "2006-08": "Canon EOS 400D DIGITAL|Canon EOS DIGITAL REBEL XTi",
            "2007-08": "Canon EOS 40D|Canon EOS-1Ds Mark III",
            "2008-01": "Canon EOS 450D|Canon EOS DIGITAL REBEL XSi",
            "2008-08": "Canon EOS 50D",
            "2008-09": "Canon EOS 5D Mark II",
            "2009-03": "Canon EOS 500D|Canon EOS REBEL T1i",
            "2009-09": "Canon EOS 7D",
            "2010-02": "Canon EOS 550D|Canon EOS REBEL T2i",
            "2010-08": "Canon EOS 60D",
            "2011-02": "Canon EOS 600D|Canon EOS REBEL T3i|Canon EOS 1100D|Canon EOS REBEL T3",
            "2011-10": "Canon EOS-1D X",
            "2012-03": "Canon EOS 5D Mark III",
            "2012-06": "Canon EOS 650D|Canon EOS REBEL T4i",
            "2012-09": "Canon EOS 6D",
            "2013-07": "Canon EOS 70D",
            "2014-09": "Canon EOS 7D Mark II",
            "2016-02": "Canon EOS-1D X Mark II|Canon EOS 80D",
            "2016-08": "Canon EOS 5D Mark IV",
            "2017-06": "Canon EOS 6D Mark II",
            "2018-09": "Canon EOS R",
            "2019-02": "Canon EOS RP",
            "2020-07": "Canon EOS R5|Canon EOS R6",
            "2021-09": "Canon EOS R3",
            "2022-05": "Canon EOS R7|Canon EOS R10",
            "2022-11": "Canon EOS R6m2",
            "2024-07": "Canon EOS R5m2|Canon EOS R1",
        },
    ),
    (
        "nikon",
        "Nikon, press release",
        {
            "2004-01": "NIKON D70",
            "2005-04": "NIKON D70s|NIKON D50",
            "2005-11": "NIKON D200",
            "2006-08": "NIKON D80",
            "2006-11": "NIKON D40",
            "2007-08": "NIKON D3|NIKON D300",
            "2008-07": "NIKON D700",
            "2008-08": "NIKON D90|COOLPIX P6000",
            "2010-08": "NIKON D3100",
            "2010-09": "NIKON D7000",
            "2012-01": "NIKON D4",
            "2012-02": "NIKON D800",
            "2012-09": "NIKON D600",
            "2013-02": "NIKON D7100",
            "2014-02": "NIKON D4S",
            "2014-06": "NIKON D810",
            "2014-09": "NIKON D750",
            "2016-01": "NIKON D5|NIKON D500",
            "2017-08": "NIKON D850",
            "2018-08": "NIKON Z 6|NIKON Z 7",
            "2020-02": "NIKON D6",
            "2020-10": "NIKON Z 6_2|NIKON Z 7_2",
            "2021-10": "NIKON Z 9",
            "2023-05": "NIKON Z 8",
        },
    ),
    (
        "sony",
        "Sony, press release",
        {
            "2012-06": "DSC-RX100",
            "2013-10": "ILCE-7|ILCE-7R",
            "2014-02": "ILCE-6000",
            "2014-11": "ILCE-7M2",
            "2015-06": "ILCE-7RM2",
            "2017-04": "ILCE-9",
            "2017-10": "ILCE-7RM3",
            "2018-02": "ILCE-7M3",
            "2019-07": "ILCE-7RM4",
            "2019-10": "ILCE-9M2",
            "2020-07": "ILCE-7SM3",
            "2021-01": "ILCE-1",
            "2021-10": "ILCE-7M4",
            "2023-11": "ILCE-9M3",
        },
    ),
    (
        "google",
        "Google, announcement",
        {
            "2016-10": "Pixel|Pixel XL",
            "2017-10": "Pixel 2|Pixel 2 XL",
            "2018-10": "Pixel 3|Pixel 3 XL",
            "2019-10": "Pixel 4|Pixel 4 XL",
            "2021-10": "Pixel 6|Pixel 6 Pro",
            "2022-10": "Pixel 7|Pixel 7 Pro",
            "2023-10": "Pixel 8|Pixel 8 Pro",
            "2024-08": "Pixel 9|Pixel 9 Pro|Pixel 9 Pro XL",
        },
    ),
    (
        "samsung",
        "Samsung, press release",
        {
            "2014-02": "SM-G900",  # Galaxy S5, and so on
            "2015-03": "SM-G920",
            "2016-02": "SM-G930",
            "2017-03": "SM-G950",
            "2018-02": "SM-G960",
            "2019-02": "SM-G973",
            "2020-02": "SM-G981",
            "2021-01": "SM-G991",
            "2022-02": "SM-S901",
            "2023-02": "SM-S911",
            "2024-01": "SM-S921",
        },
    ),
    (
        "fujifilm",
        "Fujifilm, press release",
        {
            "2014-01": "X-T1",
            "2016-07": "X-T2",
            "2018-09": "X-T3",
            "2020-02": "X-T4|X100V",
            "2022-11": "X-T5",
            "2024-02": "X100VI",
        },
    ),
)
# Samsung's models end in letters for the country: SM-G991B, SM-G991U1.
_SAMSUNG = re.compile(r"(sm-[a-z]\d{3})[a-z]\w*", re.IGNORECASE)


@dataclass(frozen=True)
class CameraModel:
    """A model as Exif writes it, the month of its announcement as EDTF, and who says so."""

    model: str
    announced: str
    source: str


def find_camera_model(make: str, model: str) -> CameraModel | None:
    """Return what is known of a model by Exif's Make and Model; of an empty make, by the model alone."""
    bare = " ".join(model.split()).casefold()
    bare = country[1] if (country := _SAMSUNG.fullmatch(bare)) else bare
    word, known = _by_model().get(bare, ("", None))
    return known if not make.strip() or word in make.casefold() else None


@lru_cache(maxsize=1)
def _by_model() -> dict[str, tuple[str, CameraModel]]:
    return {
        model.casefold(): (word, CameraModel(model, month, source))
        for word, source, months in _ANNOUNCED
        for month, models in months.items()
        for model in models.split("|")
    }
