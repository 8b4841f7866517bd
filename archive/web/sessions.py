"""What holds for every request of somebody who is signed in: a first password is changed first, and use is noted."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, empty
from django.utils.translation import gettext as _

from archive.accounts.models import User

NOTED_EVERY = timedelta(hours=1)
Answer = Callable[[HttpRequest], HttpResponse]


def first_password(get_response: Answer) -> Answer:
    """Let whose password somebody else chose do nothing but choose their own, or sign out."""

    def answer(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or not getattr(request.user, "must_change_password", False):
            return get_response(request)
        there = reverse("password")
        if request.path in (there, reverse("sign_out")):
            return get_response(request)
        if request.path.startswith("/api/"):
            said = _("Somebody else chose your password. Change it on the site, at %(page)s, then ask again.")
            return JsonResponse({"detail": said % {"page": there}}, status=403)
        if request.htmx:
            return HttpResponse(status=403, headers={"HX-Redirect": there})
        return redirect(there)

    return answer


def noted_use(get_response: Answer) -> Answer:
    """Note when somebody was last here, by page or by token: once an hour, so that reading costs no writing."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        person = getattr(request, "user", None)
        # A request that did not ask who it is from is not asked now.
        if isinstance(person, SimpleLazyObject) and person._wrapped is empty:
            return response
        if isinstance(person, User | SimpleLazyObject) and person.is_authenticated:
            now = timezone.now()
            if person.last_here_at is None or person.last_here_at < now - NOTED_EVERY:
                User.objects.filter(pk=person.pk).update(last_used_at=now)
        return response

    return answer
