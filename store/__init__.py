"""Everything but the screen: the case store, its keys, its history and its search."""
