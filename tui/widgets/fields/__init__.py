"""One widget for each kind of field: what a form is made of."""
