"""The engine of PostgreSQL: Procrastinate's tables and SQL functions behind `app.jobs.interface` (docs/decisions/0005)."""
