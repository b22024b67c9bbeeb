"""Ports numbers to Twilio: plans port-ins, creates them once, and follows them to their end.

The room knows the models, the sweep's outcomes and a Protocol of the calls that it needs. The resource hands itself in.
"""
