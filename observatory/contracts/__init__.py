"""What each table promises: its columns (once each), their units, and what a missing value means."""
