"""Requests and answers over aiohttp: the only place of the client that uses it."""
