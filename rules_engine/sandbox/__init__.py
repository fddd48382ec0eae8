"""A faithful local Dashtrack server."""
