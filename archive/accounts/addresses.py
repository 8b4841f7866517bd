"""Where a request comes from, as far as that can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"
# One household or machine is given a whole /64 (RFC 6177): its single addresses cost nothing.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """
    Return the address whose wrong passwords are counted together: of IPv6 its /64.

    Each trusted proxy adds to the end of X-Forwarded-For whom it was spoken to by, so that the entry which the
    outermost of them wrote is counted from the right. All before it is what the client says of itself.
    """
    written = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
        if entries:
            written = entries[-min(settings.TRUSTED_PROXIES, len(entries))]
    try:
        address = ipaddress.ip_address(written.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False).network_address)
