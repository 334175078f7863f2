"""How text becomes cells of a terminal: nothing hostile in it, Arabic joined and ordered."""
