"""Messaging v1: the numbers of messaging services."""
