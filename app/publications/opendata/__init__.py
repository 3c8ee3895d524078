"""What is published, as tables: one row per agreement, one row per promise, and a codebook of every column."""
