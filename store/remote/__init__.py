"""Other places that hold the repository: never believed, only asked for objects."""
