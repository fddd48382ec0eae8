"""Sends one request to the sandbox, as somebody in Dashtrack would, and prints the answer.

    python examples/ask.py PATCH /leads/ID '{"status": "Chaser"}'

A path that begins with `/_sandbox` goes to the control route, which scripts faults. Only the standard library is used.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request


def main(method: str, path: str, body: str | None = None) -> int:
    """Send it; 0 for a success, 1 (and the answer on stderr) for a refusal."""
    base = os.environ["DASHTRACK_BASE_URL"]
    root = base.removesuffix("/api/v1") if path.startswith("/_sandbox") else base
    headers = {
        "Authorization": f"Bearer {os.environ['DASHTRACK_API_KEY']}",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
        root + path, method=method, headers=headers, data=body.encode() if body is not None else None
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            print(json.dumps(json.load(answer), indent=2, ensure_ascii=False))
    except urllib.error.HTTPError as refusal:
        print(f"{method} {path}: {refusal.code} {refusal.read().decode(errors='replace')}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
