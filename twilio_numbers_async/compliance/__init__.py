"""Regulatory compliance: leads from a country's requirements to an approved bundle, and to its renewal.

The room knows the models, a journal and a Protocol of the calls that it needs. The resources hand themselves in.
"""
