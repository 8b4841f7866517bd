"""Static files under names that change with their bytes, so that a browser keeps them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """
    Lets the imports of the site's own modules lead to the hashed names too.

    A module under two names is two modules to a browser: it would run twice, and one click would act twice. Other
    packages' scripts speak of imports in their comments, of files that are not there.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
