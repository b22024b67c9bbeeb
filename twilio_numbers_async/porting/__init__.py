"""Porting numbers to Twilio: from what can be ported to port-ins that are followed until they have ended.

It knows the models, the sweep's outcomes and a Protocol of the calls that it needs; the resource hands itself in.
"""
