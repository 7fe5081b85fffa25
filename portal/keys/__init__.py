"""Keys: the instance's, one for each family and case, sealed columns and keyed hashes. Clear text stops here."""
