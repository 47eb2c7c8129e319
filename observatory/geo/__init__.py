"""Where things are: commune codes and vintages, projections, distances. Knows tables and errors."""
