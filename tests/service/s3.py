"""A real S3-compatible server for the tests: moto, over HTTP, with a bucket."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from app.settings import Settings

_numbers = itertools.count(1)


@contextmanager
def server() -> Iterator[str]:
    """Run a server; yields its address."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        running.stop()


def bucket(address: str) -> dict[str, Any]:
    """Settings of a new, empty bucket."""
    name = f"thuoc-{next(_numbers)}"
    httpx.put(f"{address}/{name}").raise_for_status()
    return {"s3_url": address, "s3_bucket": name, "s3_prefix": "kho/", "s3_access_key": "khoa", "s3_secret_key": "mat-khau"}


def client(settings: Settings) -> S3Store:
    """A way into the settings' bucket beside the service."""
    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_url,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key,
        secret_access_key=settings.s3_secret_key,
        client_options={"allow_http": True},
    )
