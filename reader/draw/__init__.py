"""A pad to draw numbers on, and corrections of what was read."""
