"""`python -m app.web.probe URL`: exit 0 when the service says that it is fully well, else 1 (the container's health check)."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request


def probe(url: str) -> str:
    """The `status` of `/healthz`, "unreachable" where nobody answers. Needs nothing but the standard library: it runs every half minute."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        return f"down ({error.code})"
    except (OSError, ValueError, KeyError):
        return "unreachable"


if __name__ == "__main__":
    status = probe(sys.argv[1])
    print(status)
    sys.exit(0 if status == "ok" else 1)
