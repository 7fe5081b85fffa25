"""HTTP for the desk."""
