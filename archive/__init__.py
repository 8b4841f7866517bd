"""Strandline: an archive that keeps pictures with everything that was ever said about them."""

from archive.celery import app as celery_app

__all__ = ["celery_app"]
