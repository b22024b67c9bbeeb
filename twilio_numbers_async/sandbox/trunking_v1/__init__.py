"""Trunking v1: the numbers of SIP trunks."""
