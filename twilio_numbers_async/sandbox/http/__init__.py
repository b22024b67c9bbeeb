"""The sandbox's server: connections, limits, bodies."""
