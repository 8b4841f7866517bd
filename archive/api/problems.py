"""Every error of the API as problem details (RFC 9457), and what nobody asked for told rather than passed over."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import Http404, QueryDict
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, NotFound, ParseError, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from archive.standards.problem_details import MEDIA_TYPE, problem

# Errors of a form as a whole belong to no field; DRF and Django each have a name for that.
_OF_ALL = {"non_field_errors", "__all__", "all"}


def answer_problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception that a view of the API raised; None leaves it to the site, which knows this form too."""
    if isinstance(exception, Http404):
        exception = NotFound(_("Not found, or not public: sign in, or send a token."))
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, ValidationError):
        fields = list(_fields(response.data))
        detail = " ".join(f"{name}: {words}" if name else words for name, words in fields)
        errors = [(name, words) for name, words in fields if name]
    else:
        detail, errors = _sentence(exception, response, context["view"]), []
    # Extensions (RFC 9457, 3.2): what the sender needs to go on, such as the records that stand in the way.
    response.data = problem(response.status_code, detail, errors) | getattr(exception, "more", {})
    response.content_type = MEDIA_TYPE
    # The schema has renderers of its own, and may have been asked for as YAML.
    request: Request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if getattr(exception, "wait", None) is not None:
        # Whoever asks is to come again: the site does its work then, and logs no fault of its own.
        asked = request._request
        log_response("%s: %s", response.reason_phrase, asked.path, response=response, request=asked, level="warning")
    return response


def _sentence(exception: Exception, response: Response, view: APIView | None) -> str:
    detail = str(response.data["detail"])
    if isinstance(exception, ParseError):
        return _("The body that was sent cannot be read: %(why)s.") % {"why": detail.rstrip(".")}
    if isinstance(exception, NotAuthenticated) and view is not None:
        # For whom the address is, rather than that no password came.
        return next((asked.message for asked in view.get_permissions() if hasattr(asked, "message")), detail)
    return detail


def _fields(detail: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name of each field at fault, dotted where it stands in another, with each thing that is wrong."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            # Of a list that is at fault only here and there, the keys are places in it.
            below = str(key).strip("_")
            yield from _fields(inner, name if key in _OF_ALL else f"{name}.{below}" if name else below)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, name)
    else:
        yield name, str(detail)


def refuse_unknown(asked: QueryDict, known: Iterable[str]) -> None:
    """
    Refuse a parameter of the address that means nothing there, or that is said twice.

    :raises ValidationError: a mistyped condition must not quietly answer with everything
    """
    names = sorted(known)
    there_are = _("There are: %(names)s.") % {"names": ", ".join(names)} if names else _("This address takes none.")
    problems = {
        name: [_("There is no parameter of this name.") + " " + there_are] for name in sorted(asked.keys() - set(names))
    }
    for name in names:
        if len(values := asked.getlist(name)) > 1:
            words = ngettext("It is said %(n)d time.", "It is said %(n)d times; say it once.", len(values))
            problems[name] = [words % {"n": len(values)}]
    if problems:
        raise ValidationError(problems)


def refuse_nothing(given: Mapping[str, Any]) -> None:
    """
    Refuse a change that names no field.

    :raises ValidationError: it was sent in a form that was not read, or by mistake
    """
    if not given:
        raise ValidationError(_("Nothing to change was sent: name a field."))


def refuse_unseen(asked: Iterable[int], seen: Iterable[int]) -> None:
    """
    Refuse what names items that its sender may not see.

    :raises ValidationError: naming the first twenty of them
    """
    if missing := sorted(set(asked) - set(seen)):
        numbers = ", ".join(map(str, missing[:20]))
        raise ValidationError({"items": [_("There is no such item, or it is not open to you: %s.") % numbers]})


class KnownParameters(APIView):
    """A view that refuses parameters of the address that it does not know."""

    def known_parameters(self) -> Iterable[str]:
        return ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.known_parameters())


class KnownFields(serializers.Serializer):
    """A body whose every field is read; another is refused rather than dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            names = sorted(field.field_name for field in self._writable_fields)
            if unknown := sorted(str(name) for name in data.keys() - set(names)):
                words = _("There is no such field to send. There are: %(names)s.") % {"names": ", ".join(names)}
                raise ValidationError({name: [words] for name in unknown})
        return super().to_internal_value(data)
