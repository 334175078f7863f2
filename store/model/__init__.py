"""What a case is: its table of fields, the document, dates, checks. Pure: no disk, keys or git."""
