"""One answer for many items."""

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.provenance.checks.finding import Question
from archive.provenance.models import QUESTIONS
from archive.review.batch_verdicts import Answer
from archive.review.models import Verdict
from archive.web.forms.bounded_text import BoundedText


class VerdictsForm(forms.Form):
    question = forms.ChoiceField(label=_("Question"), choices=[(str(code), label) for code, label in QUESTIONS.items()])
    word = forms.ChoiceField(label=_("Verdict"), choices=Verdict.Word.choices)
    reason_code = forms.ChoiceField(label=_("Ground"), choices=Verdict.Reason.choices)
    reason = BoundedText(label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    is_against = forms.BooleanField(required=False)
    is_instead = forms.BooleanField(required=False)

    def answer(self) -> Answer:
        cleaned = dict(self.cleaned_data)
        return Answer(**cleaned | {"question": Question(cleaned["question"])})
