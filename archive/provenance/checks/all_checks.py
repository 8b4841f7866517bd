"""All checks, in the order in which they are shown. A new check is a file of its own and a line here."""

from archive.provenance.checks import (
    camera_first_sale,
    caption_against_caption,
    caption_against_event,
    content_credentials,
    date_against_first_publication,
    embedded_dates,
    embedded_texts,
    embedded_thumbnail,
    gps_against_place,
    how_it_reached_us,
    impossible_coordinates,
    satellite_time_against_camera_time,
    software_and_history,
    source_type_and_ai,
    sun_against_light,
    words_in_picture,
)
from archive.provenance.checks.finding import Check

CHECKS: tuple[Check, ...] = (
    date_against_first_publication.CHECK,
    embedded_dates.CHECK,
    caption_against_event.CHECK,
    caption_against_caption.CHECK,
    words_in_picture.CHECK,
    embedded_texts.CHECK,
    gps_against_place.CHECK,
    impossible_coordinates.CHECK,
    software_and_history.CHECK,
    content_credentials.CHECK,
    satellite_time_against_camera_time.CHECK,
    sun_against_light.CHECK,
    how_it_reached_us.CHECK,
    source_type_and_ai.CHECK,
    camera_first_sale.CHECK,
    embedded_thumbnail.CHECK,
)
BY_SLUG = {check.slug: check for check in CHECKS}
