"""2010-04-01: incoming and available numbers, addresses and accounts."""
