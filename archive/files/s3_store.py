"""An S3-compatible store that keeps nobody waiting: what does not answer in seconds is a fault that will pass."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

# A store that does not answer is an outside fault after these; what waits for it is tried again later.
CONNECT_SECONDS = 3
READ_SECONDS = 20
ATTEMPTS = 2


class BoundedS3Storage(S3Storage):
    """The store of django-storages with bounded waits; its own are a minute each, five times over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        bounds = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        )
        self.client_config = self.client_config.merge(bounds)
