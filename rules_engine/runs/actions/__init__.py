"""The actions, one file each family: from rendered parameters to the literal request."""
