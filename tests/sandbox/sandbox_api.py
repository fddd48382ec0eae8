"""A client of the sandbox that holds each answer to the OpenAPI file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import openapi_contract

from rules_engine.sandbox import RunningSandbox

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Api:
    """A client whose every answer is held to the OpenAPI file (unless `contract=False`)."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.http = httpx.Client(
            base_url=sandbox.base_url,
            headers={"Authorization": f"Bearer {sandbox.key}"},
            timeout=5,
            trust_env=False,
        )

    def ask(self, method: str, path: str, *, contract: bool = True, **options: Any) -> httpx.Response:
        response = self.http.request(method, path, **options)
        if contract:
            openapi_contract.assert_documented(response)
        return response

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return self.ask("POST", path, json=body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return self.ask("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("DELETE", path, **options)
