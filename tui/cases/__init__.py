"""What the list of cases is made of, without a widget: choosing, ordering and laying out rows."""
