"""A small utility company: electricity and water."""
