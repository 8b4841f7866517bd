"""A small gazetteer and two outlets for made-up items, with a coast to walk along."""

from tests.builders import make_outlet, make_place


def fill_gazetteer() -> None:
    """Make towns and beaches on both sides of the Channel and far away, and outlets."""
    for country, towns in {
        "France": {"Dunkirk": (51.03, 2.37), "Calais": (50.95, 1.85), "Saint-Étienne": (45.43, 4.39)},
        "Kent": {"Dover": (51.12, 1.31), "St Margaret's Bay": (51.15, 1.38)},
    }.items():
        above = make_place(country, kind="COUNTRY", source_id=country)
        for name, (latitude, longitude) in towns.items():
            town = make_place(
                name, parent=above, source_id=name, latitude_degrees=latitude, longitude_degrees=longitude
            )
            for number in range(3):
                make_place(
                    f"{name} beach {number}", kind="BEACH", parent=town, source_id=f"{name} {number}",
                    latitude_degrees=latitude + 0.01 * number, longitude_degrees=longitude + 0.15 * number,
                )  # fmt: skip
    make_outlet("Littoral Press")
    make_outlet("Ærial & Söns", kind="AGENCY")
    make_outlet("Channel Times")
