"""Endpoints of the configuration: which addresses they may have, and the one signed POST that a message is."""
