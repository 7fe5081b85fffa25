"""The pre-assessment intake: questionnaire, answers, the path through them, what is complete."""

from portal.intake.blueprint import blueprint

__all__ = ["blueprint"]
