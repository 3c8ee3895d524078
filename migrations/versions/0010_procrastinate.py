"""PostgreSQL: jobs move to Procrastinate's tables. SQLite keeps the leased table.

The schema is the installed package's own, and the table's comment says which one it is: a later version of the package comes with a
migration that runs its own files from there on (docs/decisions/0005).

Revision 0010, after 0009.
"""

from __future__ import annotations

from importlib import metadata

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TO_PROCRASTINATE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, scheduled_at, attempts)
SELECT 'thuoc', kind, kind || ':' || subject, kind || ':' || subject,
    jsonb_build_object('subject', subject, 'payload', payload::jsonb, 'max_attempts', max_attempts,
                       'error_code', error_code, 'error_message', error_message),
    CASE state WHEN 'done' THEN 'succeeded' WHEN 'dead' THEN 'failed' ELSE 'todo' END::procrastinate_job_status,
    run_at, attempts
FROM jobs ORDER BY id
"""
FROM_PROCRASTINATE = """
INSERT INTO jobs (id, kind, subject, payload, state, created_at, run_at, attempts, max_attempts, error_code, error_message)
SELECT '00000000-0000-7000-8000-' || lpad(to_hex(id), 12, '0'), task_name, args ->> 'subject', (args -> 'payload')::json,
    CASE status WHEN 'succeeded' THEN 'done' WHEN 'todo' THEN 'queued' WHEN 'doing' THEN 'queued' ELSE 'dead' END,
    scheduled_at, scheduled_at, attempts, (args ->> 'max_attempts')::integer, args ->> 'error_code', args ->> 'error_message'
FROM procrastinate_jobs WHERE queue_name = 'thuoc'
"""
DROP = """
DO $$
DECLARE thing record;
BEGIN
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || thing.name;
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _script(SchemaManager.get_schema())
    _script(f"COMMENT ON TABLE procrastinate_jobs IS 'procrastinate {metadata.version('procrastinate')}'")
    # where the newest job of a thing stands is asked for long after it has ended
    op.execute(sa.text("CREATE INDEX ix_procrastinate_jobs_lock_id ON procrastinate_jobs (lock, id)"))
    _script(TO_PROCRASTINATE)
    op.execute(sa.text("DELETE FROM jobs"))


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _script(FROM_PROCRASTINATE)
    _script(DROP)


def _script(statements: str) -> None:
    """Run as they stand: a colon or a percent sign means nothing to the driver."""
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
