"""The Dashtrack API: one table of resources, the client, its errors and the rate budget."""
