"""What people call the properties that claims speak about, in the order in which a page lists them."""

from django.utils.translation import gettext_lazy

from archive.standards.vocabulary import Property

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
}
