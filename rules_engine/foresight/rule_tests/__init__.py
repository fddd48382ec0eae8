"""Rule tests: YAML files that give a world and a change, and expect the literal actions, or none and why not.

The real engine runs them, on a clock that stands still until a test moves it, a store in memory and a Dashtrack in
memory; nothing here knows how a rule is matched or carried out.
"""
