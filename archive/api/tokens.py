"""Who sends a token: one that is not understood is refused, for as a visitor they would be told less, in silence."""

from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

# A server in front that asks for a password of its own passes it on with each request.
_OF_OTHERS = b"basic"


class Tokens(TokenAuthentication):
    """Read `Authorization: Token …`; refuse all other kinds but that of a server in front."""

    def authenticate(self, request: Request) -> tuple | None:
        kind = get_authorization_header(request).split()[:1]
        if kind and kind[0].lower() not in (self.keyword.lower().encode(), _OF_OTHERS):
            raise AuthenticationFailed(_("This is no token that the archive knows. Send “Authorization: Token …”."))
        found = super().authenticate(request)
        # Noted with the answer, so that the account's page tells when the token was last used.
        request._request.is_by_token = found is not None
        return found
