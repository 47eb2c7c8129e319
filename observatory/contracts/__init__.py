"""What each table promises: its columns, their units, and what a missing value means."""
