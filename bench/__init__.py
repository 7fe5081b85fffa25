"""Measurements, each as a ratio against a limit measured in the same run. Not shipped, not tests."""
