"""The store: tables, records, one method a transaction."""
