"""Finding a row by the words in it, however they were written."""
