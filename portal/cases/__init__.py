"""Families, respondents, cases, how they are reached again (links and codes), and what they agreed to."""
