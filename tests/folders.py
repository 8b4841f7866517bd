"""Where the files of a test go: settings that keep store, spool, queue and cache below one folder."""

from pathlib import Path

from django.conf import settings


def folders_in(folder: Path) -> dict[str, object]:
    """Return the settings; in the cache is counted how often somebody asked the API."""
    stores = {
        name: {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "media" / name, "base_url": None},
        }
        for name in ("originals", "renditions", "exports")
    }
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    (folder / "forms").mkdir()
    return {
        "MEDIA_ROOT": folder / "media",
        "VAR_ROOT": folder / "var",
        "SPOOL_ROOT": folder / "var" / "spool",
        "FILE_UPLOAD_TEMP_DIR": folder / "forms",
        "CACHES": {"default": settings.CACHES["default"] | {"LOCATION": folder / "var" / "cache"}},
        "STORAGES": {**settings.STORAGES, **stores, **static},
        "CELERY_TASK_ALWAYS_EAGER": True,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
