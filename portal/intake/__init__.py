"""The pre-assessment intake: questionnaire, answers, the path through them, what is complete."""
