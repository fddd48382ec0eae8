"""Accounts' turns handed to several workers: a queue on PostgreSQL, and what a worker does with a turn.

The queue decides who ticks an account next and when; that two never do at once, and that nothing is lost or repeated
when it errs, is for the claims and the store.
"""
