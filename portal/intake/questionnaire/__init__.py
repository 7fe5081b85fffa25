"""The questionnaire engine: definitions as checked data, conditions, reading of posted forms, the path. Pure."""
