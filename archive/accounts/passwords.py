"""What a password has to withstand, what ends with it, and the links that let somebody choose another one."""

import re
from datetime import datetime, timedelta
from unicodedata import normalize

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from archive.accounts.models import User
from archive.accounts.people import withdraw_token
from archive.accounts.roles import ROLES
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording

INVITATION_LASTS = timedelta(days=7)
# A hundred thousand million guesses, ten times what zxcvbn gives its best score of 4 for: what a thief of the hashed
# passwords needs months for, and the pauses need for ever. Three common words in a row are below it.
LEAST_GUESSES_LOG10 = 11
# What books and sites give as an example of a good password is guessed first, and what everybody knows by heart.
WELL_KNOWN = (
    "correcthorsebatterystaple", "thequickbrownfox", "thequickbrownfoxjumps", "thequickbrownfoxjumpsoverthelazydog",
    "tobeornottobe", "tobeornottobethatisthequestion", "maytheforcebewithyou", "ihaveadream", "callmeishmael",
    "itwasthebestoftimes", "itwasthebestoftimesitwastheworstoftimes", "onceuponatime", "inthebeginningwastheword",
    "fourscoreandsevenyearsago", "ithinkthereforeiam", "wherethereisawill", "allyouneedislove", "godsavetheking",
    "godsavethequeen", "libertéégalitéfraternité", "liberteegalitefraternite", "somewhereovertherainbow",
    "apictureisworthathousandwords", "wewillfightthemonthebeaches", "weshallfightonthebeaches",
)  # fmt: skip
# The site's own sentences, and what an archive of these coasts is about.
WORDS_OF_THE_SITE = (
    "strandline", "archive", *ROLES, "originalsneverchange", "claimsnotfields", "notknowingisananswer",
    "machinesproposepeopledecide", "newsroom", "picture", "pictures", "photograph", "caption", "beach", "boat", "boats",
    "smallboat", "smallboats", "channel", "crossing", "harbour", "coast", "migrants", "dunkirk", "dunkerque", "dover",
    "calais", "boulogne", "gravelines", "kent",
)  # fmt: skip
# Keys and what Shift makes of them, on an English keyboard: "!QAZ2wsx" runs along the keys as "1qaz2wsx" does.
_UNSHIFTED = str.maketrans('!@#$%^&*()_+{}|:"<>?', "1234567890-=[]\\;',./")
# zxcvbn takes long over long texts, and refuses longer ones; what comes after this is not weighed.
WEIGHED_CHARACTERS = 72
_BETWEEN_WORDS = re.compile(r"[,;:!?]?[\s._-]+")


class HardToGuess:
    """Refuse what is guessed early: common ones, repeats, sequences, names of the site and of the person, years."""

    def validate(self, password: str, user: User | None = None) -> None:
        known = [*WORDS_OF_THE_SITE, *WELL_KNOWN, *_words_of(user)]
        # Full-width and other styled letters are the same word.
        plain = normalize("NFKC", password)
        # zxcvbn takes a space or a hyphen for part of something random, and finds no word beside it.
        for way in (plain, _BETWEEN_WORDS.sub("", plain), plain.translate(_UNSHIFTED).lower()):
            weighed = zxcvbn(way[:WEIGHED_CHARACTERS], user_inputs=known) if way else None
            if weighed is None or float(weighed["guesses_log10"]) >= LEAST_GUESSES_LOG10:
                continue
            message = _(
                "This password is too easy to guess: %(why)s Take four or five words that have nothing to do with one "
                "another, or let a password manager make one."
            )
            raise ValidationError(message % {"why": _why(weighed["sequence"])}, code="password_easy_to_guess")

    def get_help_text(self) -> str:
        return _("Four or five words that have nothing to do with one another are hard to guess.")


class TokenEndsWithPassword:
    """Let the API token of a person end with their password, whoever changes it and by whatever way."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Have nothing to say of a password."""

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is not None and user.pk:
            withdraw_token(user, by=None)

    def get_help_text(self) -> str:
        return ""


class ResetLinks(PasswordResetTokenGenerator):
    """Links that end when they are used, when the person signs in, when another one is made, and with the account."""

    key_salt = "strandline.reset_link"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Say whether the link is one for this person and not too old: of an invitation a week, else a day."""
        written, _dash, _rest = (token or "").partition("-")
        try:
            made = base36_to_int(written)
        except ValueError:
            return False
        if user is None or not any(
            constant_time_compare(self._make_token_with_timestamp(user, made, secret), token)
            for secret in (self.secret, *self.secret_fallbacks)
        ):
            return False
        return self._num_seconds(self._now()) - made <= lasts(user).total_seconds()

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{user.reset_link_made_at}"


RESET_LINKS = ResetLinks()


def is_invited(person: User) -> bool:
    """Say whether somebody has an account and never chose a password: what they get is an invitation."""
    return not person.has_usable_password() and person.last_login is None


def lasts(person: User) -> timedelta:
    """Return for how long a link is good: who was invited may be away for a weekend."""
    return INVITATION_LASTS if is_invited(person) else timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def link_parts(person: User) -> dict[str, str]:
    """Return the two parts of the address where the person chooses another password."""
    return {"uidb64": urlsafe_base64_encode(force_bytes(person.pk)), "token": RESET_LINKS.make_token(person)}


def make_reset_link(person: User, *, by: User | str) -> dict[str, str]:
    """
    Return the parts of a new link; the ones made before end. The link itself is in no record.

    :raises NotDone: the account is closed
    """
    if not person.is_active:
        raise NotDone(_("This account is closed. Open it again first."))
    with recording():
        person.reset_link_made_at = timezone.now()
        person.save(update_fields=["reset_link_made_at"])
        act(verb="make reset link", subject=person, actor=by)
    return link_parts(person)


def link_ends_at(person: User) -> datetime | None:
    """Return when the link that an administrator made ends, or None if none is open."""
    made_at = person.reset_link_made_at
    if made_at is None or (person.last_login and person.last_login > made_at):
        return None
    ends_at = made_at + lasts(person)
    return ends_at if ends_at > timezone.now() else None


def set_own_password(person: User, password: str, *, verb: str = "change password") -> None:
    """
    Let a person have the password they chose; their token and open links end, and they are signed out elsewhere.

    :raises NotDone: they chose one at the same moment, with the same link or at another place
    """
    with recording():
        # Of two who use one link at once the second waits here, and finds that it was used.
        stands = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if stands.password != person.password or not stands.is_active:
            raise NotDone(
                _(
                    "A password was chosen meanwhile, with this link or in another tab. If it was not you, tell an "
                    "administrator."
                )
            )
        act(verb=verb, subject=person, actor=person)
        withdraw_token(person, by=person)
        person.set_password(password)
        person.must_change_password = False
        person.reset_link_made_at = None
        person.save(update_fields=["password", "must_change_password", "reset_link_made_at"])


def _words_of(user: User | None) -> list[str]:
    if user is None:
        return []
    written = [user.get_username(), user.full_name, *user.email.split("@")[:1]]
    parts = [part for text in written for part in text.replace("-", " ").replace(".", " ").replace("_", " ").split()]
    return [word for word in {*written, *parts} if len(word) > 2]


def _why(sequence: list[dict]) -> str:
    """Say what the longest part that zxcvbn recognised is, in our words."""
    known = [part for part in sequence if part["pattern"] != "bruteforce"]
    if not known:
        return _("it is too short.")
    part = max(known, key=lambda part: len(part["token"]))
    if part["pattern"] == "dictionary":
        if part["matched_word"] in WELL_KNOWN:
            return _("it is a well-known example.")
        if part["dictionary_name"] == "user_inputs":
            return _("it is made of your name, of the name of this site, or of what it is about.")
        if part["dictionary_name"] == "passwords":
            return _("it is close to one that many people use.")
        return _("it is made of one or two common words.")
    return {
        "repeat": _("it repeats the same letters or words."),
        "sequence": _("it runs along the alphabet or the numbers."),
        "spatial": _("it runs along the keys of the keyboard."),
        "date": _("it is a date."),
        "regex": _("it contains a year."),
    }.get(part["pattern"], _("it follows a pattern."))
