"""Which feed to poll, decoding, diffing, and the guards against lists that lie."""
