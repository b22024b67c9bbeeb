"""2010-04-01: addresses and accounts, as the sandbox does them."""
