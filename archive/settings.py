"""
All of the settings. What differs between machines is an environment variable; with none set, everything is local.

Embedded default: SQLite and the filesystem broker under `var/`, files under `media/`.
"""

import logging
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def read(
    name: str,
    default: Any,
    convert: Callable[[str], Any] = str,
    accepts: str = "a text",
    *,
    may_hold_password: bool = False,
) -> Any:
    """
    Return the environment variable `name` converted, or the default; name it and what it accepts when it fails.

    :param may_hold_password: what is written is not shown
    """
    written = os.environ.get(name)
    if written is None or written == "":
        return default
    try:
        return convert(written)
    except (ValueError, KeyError):
        shown = f"{name} (not shown: it may hold a password)" if may_hold_password else f"{name}={written!r}"
        # Without its cause, which quotes what is written.
        raise ImproperlyConfigured(f"{shown} is not understood: it takes {accepts}.") from None


def yes_or_no(written: str) -> bool:
    return {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}[written.lower()]


def listed(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]


def origin(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(written)
    return f"{parts.scheme}://{parts.netloc}"


def mail_server(written: str) -> dict[str, Any]:
    """Read `smtp://USER:PASSWORD@HOST:PORT`, with `smtp+tls` for STARTTLS and `smtps` for TLS from the first byte."""
    parts = urlsplit(written)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(written)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def stamp_address(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError(written)
    return written


def natural(written: str) -> int:
    if (number := int(written)) < 0:
        raise ValueError(written)
    return number


def positive(written: str) -> int:
    if (number := int(written)) <= 0:
        raise ValueError(written)
    return number


YES_OR_NO = "yes or no"
WHOLE = "a whole number above 0"

# --- Where things lie ---------------------------------------------------------------------------------------------
MEDIA_ROOT = read("MEDIA_ROOT", BASE_DIR / "media", Path, "a folder")
VAR_ROOT = read("VAR_ROOT", BASE_DIR / "var", Path, "a folder")
STATIC_ROOT = VAR_ROOT / "static"
# Whatever any process of the site writes is for its own account alone: database, spool, queue, key, originals, copies.
os.umask(0o077)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700


def make_private(folder: Path) -> None:
    """Make a folder for this account alone; one that was open to others is closed with everything in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.stat().st_mode & 0o077:
        return
    # Another process of the site may write there meanwhile, or own a part: then it is up to that one.
    with suppress(OSError):
        folder.chmod(0o700)
    for path in folder.rglob("*"):
        with suppress(OSError):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)


make_private(VAR_ROOT)

# --- Who may reach it ---------------------------------------------------------------------------------------------
PRODUCTION = read("STRANDLINE_PRODUCTION", False, yes_or_no, YES_OR_NO)
DEBUG = read("DJANGO_DEBUG", False, yes_or_no, YES_OR_NO)
ALLOWED_HOSTS = read("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"], listed, "host names with commas between")
# How many proxies stand before the site and write X-Forwarded-For; what any other machine writes there is not believed.
TRUSTED_PROXIES = read("TRUSTED_PROXIES", 0, natural, "a whole number, 0 or above")
# Where people reach the site: what links in mail and of the command line lead to.
_bound = os.environ.get("BIND") or "127.0.0.1:8000"
_site = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else f"http://{_bound}"
SITE_URL = read("SITE_URL", _site, origin, "http:// or https:// and a host")
CSRF_TRUSTED_ORIGINS = read("CSRF_TRUSTED_ORIGINS", [], listed, "origins with commas between")


def local_secret() -> str:
    """Return this machine's own signing key, made at its first start and kept in `var/`."""
    kept = VAR_ROOT / "secret_key"
    if not kept.exists():
        draft = VAR_ROOT / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        # Two processes of a first start may come here together: the first link stands, both read that one.
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text()


SECRET_KEY = read("SECRET_KEY", "")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY is not set: with STRANDLINE_PRODUCTION=yes it takes a long random text.")
    SECRET_KEY = local_secret()

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = read("SECURE_SSL_REDIRECT", True, yes_or_no, YES_OR_NO)
    SECURE_HSTS_SECONDS = read("SECURE_HSTS_SECONDS", 3600, positive, WHOLE)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Requests that one web process handles at once; three quarters of them may be slow uploads and downloads.
WEB_THREADS = read("WEB_THREADS", 64, positive, WHOLE)
# What is sent more slowly is refused.
BODY_LEAST_BYTES_A_SECOND = read("BODY_LEAST_BYTES_A_SECOND", 1024, positive, WHOLE)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing is loaded from, or sent to, another host.
SECURE_CSP_HEADER = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self'; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

# --- The parts ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "django_htmx",
    "leaflet",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "axes",
    "archive.accounts",
    "archive.ledger",
    "archive.authorities",
    "archive.files",
    "archive.extraction",
    "archive.matching",
    "archive.catalogue",
    "archive.press",
    "archive.claims",
    "archive.projection",
    "archive.provenance",
    "archive.ingest",
    "archive.review",
    "archive.folders",
    "archive.item_index",
    "archive.sample",
    "archive.operation",
    "archive.search",
    "archive.saved_searches",
    "archive.exports",
    "archive.api",
    "archive.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "archive.web.language.PageLanguage",
    "django.middleware.common.CommonMiddleware",
    "archive.web.body_limits.BodyLimits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "archive.web.policy.content_security_policy",
    "archive.web.address_length.bounded_address",
    # Behind the check against forgery, and before anything asks who it is: that looks the session up by its cookie.
    "archive.web.nul_characters.RefuseNul",
    # Before anything asks what its reader may see.
    "archive.web.viewing_as.as_lesser_reader",
    "archive.web.reading_names.names_for_reader",
    "archive.web.sessions.noted_use",
    "archive.web.sessions.ended_session",
    "archive.web.sessions.first_password",
    "archive.web.views.errors.method_not_allowed",
    "archive.web.reading_lane.ReadingLane",
]
ROOT_URLCONF = "archive.urls"
WSGI_APPLICATION = "archive.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "archive.web.waiting_work.waiting",
                "archive.web.own_name.archive",
            ],
        },
    }
]

# --- Accounts -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
CSRF_FAILURE_VIEW = "archive.web.sessions.csrf_failed"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "search"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "archive.accounts.passwords.HardToGuess"},
    {"NAME": "archive.accounts.passwords.TokenEndsWithPassword"},
]

PASSWORD_RESET_TIMEOUT = 24 * 3600

# Without a mail server nothing is sent, and nobody is offered mail.
_mail_server = read(
    "EMAIL_URL",
    {},
    mail_server,
    "smtp://, smtp+tls:// or smtps://, USER:PASSWORD@HOST:PORT",
    may_hold_password=True,
)
SENDS_MAIL = bool(_mail_server)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SENDS_MAIL else 'dummy'}.EmailBackend"
vars().update(_mail_server)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read("EMAIL_FROM", f"strandline@{urlsplit(SITE_URL).hostname}")

# --- Stamps of others on heads of the ledger ----------------------------------------------------------------------
# Empty: none is ever asked for.
TIMESTAMP_URL = read(
    "TIMESTAMP_URL",
    "",
    stamp_address,
    "http:// or https:// and the address of a time-stamp service, without a password",
    may_hold_password=True,
)
TIMESTAMP_ROOTS = read("TIMESTAMP_ROOTS", None, Path, "a PEM file of root certificates")

# Wrong passwords are counted in the database, so all machines count together; see archive/accounts/locks.py.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "archive.accounts.locks.Locks"
AXES_CLIENT_IP_CALLABLE = "archive.accounts.addresses.client_address"
AXES_USERNAME_CALLABLE = "archive.accounts.locks.counted_name"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_FAILURE_LIMIT = 1  # the handler has a limit for each of its counts, and answers 1 where one of them is reached
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
# Otherwise whoever goes on guessing keeps the owner out for as long as they like.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "old_password", "new_password1", "new_password2"]
# The pages and the API say themselves that somebody is locked out.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

# What the processes of one machine know together: paces, and which originals were re-read and what that showed.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_ROOT / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# --- The database -------------------------------------------------------------------------------------------------
DATABASES = {
    "default": read(
        "DATABASE_URL",
        dj_database_url.parse(f"sqlite:///{VAR_ROOT / 'strandline.sqlite3'}"),
        dj_database_url.parse,
        "sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
        may_hold_password=True,
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 60
# A connection that the server closed meanwhile is opened anew instead of failing the next request.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        # A deferred transaction that turns to writing fails at once when another writes; an immediate one waits.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # FULL: what was answered "received" must outlive a power cut too.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; "
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Files --------------------------------------------------------------------------------------------------------
S3_BUCKET = read("S3_BUCKET", "")


def file_store(prefix: str) -> dict[str, Any]:
    """Return where the files of one sort are kept: a folder below MEDIA_ROOT, or a prefix in the S3 bucket."""
    if S3_BUCKET:
        options = {"bucket_name": S3_BUCKET, "location": prefix, "file_overwrite": prefix != "originals"}
        options |= {"endpoint_url": read("S3_ENDPOINT_URL", None), "region_name": read("S3_REGION", None)}
        return {"BACKEND": "archive.files.s3_store.BoundedS3Storage", "OPTIONS": options}
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / prefix, "base_url": None},
    }


STORAGES = {
    "default": file_store("other"),
    "originals": file_store("originals"),
    "exports": file_store("exports"),
    "renditions": file_store("renditions"),
    "staticfiles": {"BACKEND": "archive.web.static_files.HashedFiles"},
}
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["archive.web.static_files.UsedFiles"]
SPOOL_ROOT = VAR_ROOT / "spool"
# What a form sends is kept here until it has come whole.
FILE_UPLOAD_TEMP_DIR = VAR_ROOT / "temporary"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Limits for what comes in -------------------------------------------------------------------------------------
INGEST_MAX_BYTES = read("INGEST_MAX_BYTES", 2 * 1024**3, positive, WHOLE)
INGEST_MAX_PIXELS = read("INGEST_MAX_PIXELS", 300_000_000, positive, WHOLE)
INGEST_MAX_FRAMES = read("INGEST_MAX_FRAMES", 1000, positive, WHOLE)
INGEST_MAX_SECONDS = read("INGEST_MAX_SECONDS", 60, positive, WHOLE)
INGEST_MAX_MEMORY_BYTES = read("INGEST_MAX_MEMORY_BYTES", 1536 * 1024**2, positive, WHOLE)
# What is read while a person waits for the answer: for how long, how many at once on this machine and for one address.
INTERACTIVE_MAX_SECONDS = read("INTERACTIVE_MAX_SECONDS", 20, positive, WHOLE)
INTERACTIVE_READERS = read("INTERACTIVE_READERS", 2, positive, WHOLE)
INTERACTIVE_PER_ADDRESS = read("INTERACTIVE_PER_ADDRESS", 4, positive, WHOLE)
# Originals that somebody enlarged, cut into tiles: how much of them is kept, and for how long after their last use.
TILES_MAX_BYTES = read("TILES_MAX_BYTES", 2 * 1024**3, positive, WHOLE)
TILES_KEEP_DAYS = read("TILES_KEEP_DAYS", 30, positive, WHOLE)
INGEST_WORKERS = read("INGEST_WORKERS", os.cpu_count() or 1, positive, WHOLE)
# A lease is renewed while its worker lives; this long after a worker's death another takes its files up.
INGEST_LEASE_SECONDS = read("INGEST_LEASE_SECONDS", 3 * INGEST_MAX_SECONDS, positive, WHOLE)
# Files are refused before a disk has less than this left: it is for the work on what was received.
DISK_RESERVE_BYTES = read("DISK_RESERVE_BYTES", 512 * 1024**2, positive, WHOLE)
# Of uploads that were begun and not finished: how long one is kept, and how much of them one person may have.
UPLOAD_KEEP_DAYS = read("UPLOAD_KEEP_DAYS", 7, positive, WHOLE)
UPLOAD_MOST_UNFINISHED = read("UPLOAD_MOST_UNFINISHED", 50, positive, WHOLE)
UPLOAD_MOST_UNFINISHED_BYTES = read("UPLOAD_MOST_UNFINISHED_BYTES", 20 * 1024**3, positive, WHOLE)
# Exports can be downloaded for so long.
EXPORTS_KEEP_DAYS = read("EXPORTS_KEEP_DAYS", 7, positive, WHOLE)
INGEST_SWEEP_SECONDS = read("INGEST_SWEEP_SECONDS", 30, positive, WHOLE)

# --- Tasks --------------------------------------------------------------------------------------------------------
TASK_QUEUE = "archive.celery.app"
CELERY_BROKER_URL = read("CELERY_BROKER_URL", "filesystem://localhost//")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A broker that accepts and never answers holds nobody up for longer; a worker waits for messages a second at a time.
_BROKER_SECONDS = 3
CELERY_BROKER_CONNECTION_TIMEOUT = _BROKER_SECONDS
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": _BROKER_SECONDS, "socket_connect_timeout": _BROKER_SECONDS}
if CELERY_BROKER_URL.startswith("amqp"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"write_timeout": _BROKER_SECONDS}
if CELERY_BROKER_URL.startswith("filesystem:"):
    # Answers to `celery inspect` would heap up as files: nobody removes the queues of workers that are gone.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(VAR_ROOT / "queue")}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Language and time --------------------------------------------------------------------------------------------
# That of the record too: what is stored is worded in it, whoever's request stores it.
LANGUAGE_CODE = "en-gb"
# Each by its own name. To add one: docs/languages.md.
LANGUAGES = [("en-gb", "English"), ("fr", "français")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "archive" / "web" / "locale"]
USE_TZ = True
TIME_ZONE = read("TIME_ZONE", "UTC")

# --- The public side ----------------------------------------------------------------------------------------------
# A visitor sees no place more precise than these kinds; a beach is shown as its town.
PUBLIC_PLACE_KINDS = ["COUNTRY", "REGION", "COUNTY", "TOWN", "SEA_AREA"]

# --- API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "archive.api.tokens.Tokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": [
        "archive.api.json_body.JSONBody",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "archive.api.pagination.Pages",
    "PAGE_SIZE": 48,
    "NUM_PROXIES": TRUSTED_PROXIES,
    # `format` asks for the format of a picture; every answer is JSON.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "archive.api.problems.answer_problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Strandline",
    "DESCRIPTION": "What the archive holds, who said what about it, and on which ground.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "archive.api.schema.tell_problems",
        "archive.api.schema.tell_what_is_left_out",
    ],
    # Several records have a kind of their own.
    "ENUM_NAME_OVERRIDES": {
        "ItemKindEnum": "archive.catalogue.models.Item.Kind",
        "PlaceKindEnum": "archive.authorities.models.Place.Kind",
        "EventKindEnum": "archive.authorities.models.Event.Kind",
        "OutletKindEnum": "archive.authorities.models.Outlet.Kind",
        "VerdictWordEnum": "archive.review.models.Verdict.Word",
        "AccessEnum": "archive.catalogue.models.Access",
        "FindingOutcomeEnum": "archive.provenance.checks.finding.Outcome",
    },
}

# --- Maps: vectors carried by the project, no tiles from elsewhere --------------------------------------------------
LEAFLET_CONFIG = {"TILES": [], "NO_GLOBALS": True, "RESET_VIEW": False, "ATTRIBUTION_PREFIX": "Leaflet"}


def _without_traceback(record: logging.LogRecord) -> bool:
    """Log a request that was refused in one line: the traceback of a refusal is no fault of the server's."""
    is_refused = record.name == "django.request" and getattr(record, "status_code", 500) < 500
    if is_refused or record.name.startswith("django.security"):
        record.exc_info = record.exc_text = None
    return True


def _too_long_as_warning(record: logging.LogRecord) -> bool:
    """Lower what a redirect to too long an address logs: whoever asked wrote it, and is answered 414."""
    if record.getMessage().startswith("Unsafe redirect exceeding"):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line", "filters": ["refused"]}
    },
    "filters": {
        "refused": {"()": "django.utils.log.CallbackFilter", "callback": _without_traceback},
        "too_long": {"()": "django.utils.log.CallbackFilter", "callback": _too_long_as_warning},
    },
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.db.backends": {"level": "INFO"},
        "axes": {"level": "WARNING"},
        "django.security.DisallowedRedirect": {"filters": ["too_long"]},
    },
}
