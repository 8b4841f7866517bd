from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class User(AbstractUser):
    """A person who works with the archive. What they may do comes from their role, a group: see `roles`."""

    full_name = models.CharField(
        max_length=150, blank=True, help_text="as they are called; the ledger has the username"
    )
    sign_out_count = models.PositiveIntegerField(
        default=0, help_text="how often they were signed out everywhere; sessions from before open nothing"
    )
    token_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour: by the API token they have")
    must_change_password = models.BooleanField(default=False, help_text="somebody else chose the password")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour, by page or by token")
    reset_link_made_at = models.DateTimeField(
        null=True, blank=True, help_text="by an administrator; links made before this open nothing"
    )
    reset_mail_asked_at = models.DateTimeField(null=True, blank=True, help_text="asked for, and not sent yet")
    reset_mail_sent_at = models.DateTimeField(null=True, blank=True)

    def get_full_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session keeps of the person: another one ends it. Until the first sign-out, Django's own."""
        own = super()._get_session_auth_hash(secret=secret)
        if not self.sign_out_count:
            return own
        return salted_hmac("strandline.sessions", f"{own}{self.sign_out_count}", algorithm="sha256").hexdigest()

    @property
    def last_here_at(self):  # type: ignore[no-untyped-def]
        """The later of signing in and being seen."""
        return max(filter(None, (self.last_login, self.last_used_at)), default=None)
