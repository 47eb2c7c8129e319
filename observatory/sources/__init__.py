"""Raw official files, each read into one contracted table with its provenance."""
