"""What can be done with families and cases."""
