"""The automation engine for agencies on Dashtrack."""

__version__ = "0.1.0"
