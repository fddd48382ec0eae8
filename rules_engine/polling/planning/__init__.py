"""Planning the polls: which feeds to ask for next, so that changes are seen soon on the requests that a plan allows.

Plain functions over plain data. `rhythm` knows when people work, `activity` how often a feed changes, `habits` whether
changes come singly or in sittings, and `knowledge` all of it together; `allocation` shares out the requests, `pace`
says how many there are, and `schedule` what is due.
"""
