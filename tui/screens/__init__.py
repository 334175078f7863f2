"""The screens: each is one file, and is loaded when it is first opened."""
