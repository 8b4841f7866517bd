"""What people call the properties that claims speak about, in the order in which a page lists them."""

from django.utils.translation import gettext_lazy

from archive.standards.vocabulary import Property, SpanProperty

PROPERTIES = {
    Property.DATE_CREATED: gettext_lazy("When"),
    Property.LOCATION_SHOWN: gettext_lazy("Location shown"),
    Property.LOCATION_CREATED: gettext_lazy("Camera location"),
    Property.EVENT: gettext_lazy("Event"),
    Property.CREATOR: gettext_lazy("Photographer"),
    Property.CREDIT_LINE: gettext_lazy("Credit"),
    Property.SUPPLIED_BY: gettext_lazy("Supplied by"),
    Property.PUBLISHED_BY: gettext_lazy("Published by"),
    Property.DIGITAL_SOURCE_TYPE: gettext_lazy("Source type"),
    Property.DERIVED_FROM: gettext_lazy("Derived from"),
    Property.PEOPLE_COUNT: gettext_lazy("Number of people"),
    Property.ORIENTATION: gettext_lazy("Orientation"),
}

# Of a span of footage; its words are those of `PROPERTIES` where both have one.
SPAN_PROPERTIES = {
    SpanProperty.DATE_CREATED: gettext_lazy("When"),
    SpanProperty.LOCATION_SHOWN: gettext_lazy("Location shown"),
    SpanProperty.LOCATION_CREATED: gettext_lazy("Camera location"),
    SpanProperty.EVENT: gettext_lazy("Event"),
    SpanProperty.PEOPLE_COUNT: gettext_lazy("Number of people"),
    SpanProperty.DESCRIPTION: gettext_lazy("What it shows"),
}
