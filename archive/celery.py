"""The task queue. A message only wakes a worker: what is to be done stands in the database."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

# Celery warns whoever runs it as root, because of pickled messages: messages here are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)

# Messages as files, but whole or not at all.
TRANSPORT_ALIASES["filesystem"] = "archive.file_broker:Transport"

app = Celery("archive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
