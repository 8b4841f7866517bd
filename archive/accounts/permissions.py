"""Whether somebody may do something, whoever asks: a person, a visitor, or nobody, as in a command."""

from typing import TypeGuard

from archive.accounts.models import User


def may(user: object, permission: str) -> TypeGuard[User]:
    """Say whether this is somebody with the permission, such as "catalogue.view_item"; a closed account has none."""
    return isinstance(user, User) and user.has_perm(permission)
