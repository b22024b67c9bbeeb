"""2010-04-01, as the sandbox does it."""
