"""Hosting numbers that stay with their carrier: from what is eligible to orders that are followed until completed.

It knows the models, the sweep's outcomes and a Protocol of the calls that it needs; the resource hands itself in.
Hosting is not open to every new customer of Twilio's.
"""
