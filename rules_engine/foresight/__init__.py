"""The tick under other clocks, transports and stores: the dry run."""
