"""The WSGI entry for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from archive.standards.garbage_collection import collect_after, pass_over_what_is_there
from archive.web.body_pace import with_least_pace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

application = with_least_pace(get_wsgi_application())

# Its models are there once the application is.
from archive.operation.process_records import note_web_process  # noqa: E402
from archive.search.warm_up import warm_up_soon  # noqa: E402

note_web_process()
# What is loaded stays, some 200,000 objects. To look through it time and again took a tenth of the work for a page.
pass_over_what_is_there()
collect_after(10_000)

warm_up_soon()
