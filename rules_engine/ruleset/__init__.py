"""Rules: loading YAML with positions, checking, compiling, matching, conditions, templates."""
