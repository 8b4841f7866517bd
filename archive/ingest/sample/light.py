"""The light of an hour: the colours that sky, sea, sand and things share in one picture."""

from dataclasses import dataclass, replace

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """Colours are sRGB from 0 to 1; `ambient` multiplies the own colour of whatever stands in this light."""

    zenith: Colour
    middle: Colour
    horizon: Colour
    sun: Colour
    cloud_lit: Colour
    cloud_shade: Colour
    sea_far: Colour
    sea_near: Colour
    sea_gleam: Colour
    sand: Colour
    wet_sand: Colour
    ambient: Colour = (1.0, 1.0, 1.0)
    cloudiness: float = 0.5
    glow: float = 0.6

    def but(self, **changes) -> "Light":
        return replace(self, **changes)


FIRST_LIGHT = Light(
    zenith=(0.30, 0.38, 0.54),
    middle=(0.58, 0.58, 0.68),
    horizon=(0.95, 0.74, 0.62),
    sun=(1.0, 0.72, 0.48),
    cloud_lit=(0.93, 0.68, 0.60),
    cloud_shade=(0.42, 0.44, 0.56),
    sea_far=(0.66, 0.60, 0.64),
    sea_near=(0.20, 0.27, 0.35),
    sea_gleam=(0.78, 0.68, 0.68),
    sand=(0.52, 0.46, 0.43),
    wet_sand=(0.38, 0.36, 0.39),
    ambient=(0.80, 0.78, 0.84),
)
DAWN = Light(
    zenith=(0.42, 0.55, 0.68),
    middle=(0.74, 0.76, 0.77),
    horizon=(0.99, 0.86, 0.68),
    sun=(1.0, 0.86, 0.58),
    cloud_lit=(0.99, 0.88, 0.74),
    cloud_shade=(0.58, 0.60, 0.67),
    sea_far=(0.72, 0.72, 0.69),
    sea_near=(0.22, 0.33, 0.38),
    sea_gleam=(0.92, 0.85, 0.74),
    sand=(0.70, 0.61, 0.49),
    wet_sand=(0.48, 0.44, 0.41),
    ambient=(0.95, 0.92, 0.90),
    cloudiness=0.45,
)
OVERCAST = Light(
    zenith=(0.60, 0.65, 0.69),
    middle=(0.72, 0.75, 0.77),
    horizon=(0.84, 0.85, 0.84),
    sun=(0.95, 0.95, 0.92),
    cloud_lit=(0.87, 0.88, 0.88),
    cloud_shade=(0.55, 0.59, 0.64),
    sea_far=(0.60, 0.66, 0.67),
    sea_near=(0.24, 0.34, 0.35),
    sea_gleam=(0.72, 0.78, 0.77),
    sand=(0.66, 0.61, 0.53),
    wet_sand=(0.46, 0.45, 0.43),
    ambient=(0.90, 0.92, 0.93),
    cloudiness=0.9,
    glow=0.15,
)
NOON = Light(
    zenith=(0.28, 0.50, 0.74),
    middle=(0.55, 0.72, 0.85),
    horizon=(0.86, 0.91, 0.92),
    sun=(1.0, 0.98, 0.90),
    cloud_lit=(0.99, 0.99, 0.97),
    cloud_shade=(0.68, 0.74, 0.81),
    sea_far=(0.46, 0.63, 0.72),
    sea_near=(0.13, 0.34, 0.42),
    sea_gleam=(0.74, 0.86, 0.90),
    sand=(0.84, 0.76, 0.61),
    wet_sand=(0.60, 0.54, 0.46),
    ambient=(1.04, 1.03, 1.0),
    cloudiness=0.4,
    glow=0.2,
)
EVENING = Light(
    zenith=(0.34, 0.42, 0.58),
    middle=(0.80, 0.66, 0.58),
    horizon=(1.0, 0.78, 0.46),
    sun=(1.0, 0.80, 0.42),
    cloud_lit=(1.0, 0.76, 0.50),
    cloud_shade=(0.50, 0.44, 0.53),
    sea_far=(0.80, 0.65, 0.52),
    sea_near=(0.24, 0.27, 0.35),
    sea_gleam=(1.0, 0.80, 0.54),
    sand=(0.66, 0.53, 0.40),
    wet_sand=(0.47, 0.40, 0.37),
    ambient=(0.94, 0.82, 0.74),
    cloudiness=0.5,
    glow=0.9,
)
BLUE_HOUR = Light(
    zenith=(0.09, 0.14, 0.26),
    middle=(0.20, 0.29, 0.44),
    horizon=(0.50, 0.52, 0.58),
    sun=(0.85, 0.62, 0.48),
    cloud_lit=(0.44, 0.44, 0.54),
    cloud_shade=(0.13, 0.18, 0.30),
    sea_far=(0.36, 0.41, 0.50),
    sea_near=(0.07, 0.12, 0.20),
    sea_gleam=(0.46, 0.52, 0.62),
    sand=(0.25, 0.26, 0.32),
    wet_sand=(0.20, 0.23, 0.31),
    ambient=(0.46, 0.50, 0.62),
    glow=0.3,
)
NIGHT = Light(
    zenith=(0.02, 0.03, 0.07),
    middle=(0.05, 0.07, 0.13),
    horizon=(0.17, 0.16, 0.20),
    sun=(0.70, 0.74, 0.86),
    cloud_lit=(0.16, 0.17, 0.23),
    cloud_shade=(0.03, 0.04, 0.08),
    sea_far=(0.10, 0.11, 0.16),
    sea_near=(0.02, 0.04, 0.08),
    sea_gleam=(0.22, 0.25, 0.34),
    sand=(0.12, 0.12, 0.16),
    wet_sand=(0.09, 0.10, 0.15),
    ambient=(0.20, 0.22, 0.30),
    glow=0.25,
)
