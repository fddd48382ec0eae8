"""Runs: the state machine of a run, its actions, intents and their reconciliation."""
