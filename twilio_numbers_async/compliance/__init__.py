"""Regulatory compliance: from what a country requires to an approved bundle, and its renewal.

It knows the models, a journal and a Protocol of the calls that it needs; the resources hand themselves in.
"""
