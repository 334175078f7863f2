"""Everything a person sees in a terminal: the `dalil` command and the interface."""
