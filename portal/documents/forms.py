"""The form that takes one file."""

from __future__ import annotations

from wtforms.fields import FileField

from portal.i18n import N_
from portal.web.forms import ChoiceField, Form

KIND_WORDS = {
    "genetic_report": N_("Genetic report"),
    "functional": N_("Functional status: walking, arm or strength tests"),
    "imaging": N_("Images: muscle MRI, spine X-ray"),
    "heart_lung": N_("Heart or breathing tests"),
    "letter": N_("Doctor’s letter"),
    "other": N_("Something else"),
}
REFUSALS = {
    "missing": N_("Please choose a file first."),
    "empty": N_("This file is empty. Please choose it again."),
    "too_large": N_("This file is larger than 50 MB. A photo of each page is often much smaller."),
    "wrong_type": N_("We can take PDF, JPEG and PNG files. A photo or a screenshot of the page works well."),
    "too_many": N_("There is no room for more files in this case. Please remove one first."),
}


class DocumentForm(Form):
    """One file and what it is. A file without a kind is kept all the same: it took long to send."""

    kind = ChoiceField()
    file = FileField()
