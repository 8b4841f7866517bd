from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who works with the archive. What they may do comes from their role, a group: see `roles`."""

    must_change_password = models.BooleanField(default=False, help_text="somebody else chose the password")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour, by page or by token")
    reset_link_made_at = models.DateTimeField(
        null=True, blank=True, help_text="by an administrator; links made before this open nothing"
    )
    reset_mail_asked_at = models.DateTimeField(null=True, blank=True, help_text="asked for, and not sent yet")
    reset_mail_sent_at = models.DateTimeField(null=True, blank=True)

    @property
    def last_here_at(self):  # type: ignore[no-untyped-def]
        """The later of signing in and being seen."""
        return max(filter(None, (self.last_login, self.last_used_at)), default=None)
