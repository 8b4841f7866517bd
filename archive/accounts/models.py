from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who works with the archive. What they may do comes from their role, a group: see `roles`."""
