"""The event and its catalogue of types."""
