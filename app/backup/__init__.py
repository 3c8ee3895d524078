"""Backup and restore of the whole service, and the check of its files: the same archive from either database into either."""
