"""HTTP for the family's own pages."""
