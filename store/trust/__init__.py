"""Who may do what, and whether a history kept to it: pure rules over raw git objects."""
