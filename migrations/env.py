"""Alembic's entry point. The connection comes from `app.storage.migrate`, which holds the lock and the transaction."""

from __future__ import annotations

from alembic import context

import app.accounts.models
import app.agreements.models
import app.alerts.models
import app.audit.models
import app.jobs.models
import app.organisations.models
import app.publications.models
import app.regrades.models
import app.releases.models
import app.reviews.models
import app.rubrics.models
import app.storage.models
import app.unit_settings.models
import app.webhooks.models  # noqa: F401  (each import adds its tables to the metadata)
from app.storage.base import Base, is_ours

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Hãy dùng: thuoc db upgrade")

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=is_ours,
)
context.run_migrations()
