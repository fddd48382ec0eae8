"""The control route beside the API: scripts faults, edits objects as somebody else, shows what happened.

It is off unless asked for, needs no key, and spends no limit. Every answer is JSON; errors are
`{"error": "text"}` with 400 (a request that makes no sense) or 404 (an object that is not there).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rules_engine.sandbox.errors import BadValue, SandboxError
from rules_engine.sandbox.faults import match_of
from rules_engine.sandbox.handlers import parse_json_object
from rules_engine.sandbox.state import State

CONTROL_PATH = "/_sandbox"

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


def control_routes(state: State) -> list[Route]:
    """The routes, for mounting at `CONTROL_PATH`."""
    control = _Control(state)
    table: list[tuple[str, str, Handler]] = [
        ("POST", "/faults", control.add_fault),
        ("GET", "/faults", control.list_faults),
        ("DELETE", "/faults", control.clear_faults),
        ("GET", "/history", control.show_history),
        ("POST", "/limit", control.set_limit),
        ("POST", "/keys", control.change_keys),
        ("GET", "/objects/{resource}", control.list_objects),
        ("POST", "/objects/{resource}", control.add_object),
        ("GET", "/objects/{resource}/{id}", control.show_object),
        ("PATCH", "/objects/{resource}/{id}", control.edit_object),
        ("DELETE", "/objects/{resource}/{id}", control.remove_object),
    ]
    return [Route(path, _explaining(handler), methods=[method]) for method, path, handler in table]


class _Control:
    """The handlers; each takes a JSON object where it takes a body."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def add_fault(self, request: Request) -> Response:
        """Script a fault: `{kind, match: {method, path, nth}, times, …options of the kind}`."""
        body = await _body(request)
        match = body.pop("match", {})
        if not isinstance(match, dict):
            raise SandboxError("match must be an object of method, path and nth")
        _only(match, {"method", "path", "nth"}, "match")
        kind, times = str(body.pop("kind", "")), body.pop("times", 1)
        fault = self._state.script_fault(kind, match_of(**match), times, body)
        return JSONResponse({"fault": fault}, status_code=201)

    async def list_faults(self, _: Request) -> Response:
        """The faults that are set."""
        return JSONResponse({"faults": self._state.faults()})

    async def clear_faults(self, _: Request) -> Response:
        """Nothing goes wrong any more."""
        self._state.clear_faults()
        return JSONResponse({"success": True})

    async def show_history(self, request: Request) -> Response:
        """Every request and effect; `?since=N` leaves out those up to entry N."""
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            raise SandboxError("since must be the number of an entry")
        return JSONResponse({"history": self._state.history(int(since))})

    async def set_limit(self, request: Request) -> Response:
        """Change the limit: `{plan, limit, used, reset_unit, key}`, each optional."""
        body = await _body(request)
        _only(body, {"plan", "limit", "used", "reset_unit", "key"}, "the body")
        for name in ("limit", "used"):
            if name in body and (
                isinstance(body[name], bool) or not isinstance(body[name], int) or body[name] < 0
            ):
                raise SandboxError(f"{name} must be a whole number from 0 on")
        keys = self._state.set_limit(**body)
        return JSONResponse({"keys": {name: asdict(key) for name, key in keys.items()}})

    async def change_keys(self, request: Request) -> Response:
        """Accept a key, `{add, plan, member_id}`, or refuse one from now on, `{revoke}`."""
        body = await _body(request)
        _only(body, {"add", "plan", "member_id", "revoke"}, "the body")
        if "revoke" in body:
            self._state.revoke_key(str(body["revoke"]))
        elif "add" in body:
            self._state.add_key(str(body["add"]), plan=body.get("plan"), member_id=body.get("member_id"))
        else:
            raise SandboxError("say which key to add or to revoke")
        return JSONResponse({"keys": {name: asdict(key) for name, key in self._state.keys.all().items()}})

    async def list_objects(self, request: Request) -> Response:
        """All objects of a resource whose fields have the values in the query."""
        objects = self._state.all(request.path_params["resource"])
        wanted = request.query_params.items()
        return JSONResponse(
            {"objects": [one for one in objects if all(str(one.get(n)) == v for n, v in wanted)]}
        )

    async def add_object(self, request: Request) -> Response:
        """Make an object with these fields."""
        made = self._state.add(request.path_params["resource"], **await _body(request))
        return JSONResponse({"object": made}, status_code=201)

    async def show_object(self, request: Request) -> Response:
        """One object."""
        return JSONResponse({"object": self._existing(request)})

    async def edit_object(self, request: Request) -> Response:
        """Change some fields of an object."""
        found = self._existing(request)
        resource = request.path_params["resource"]
        return JSONResponse({"object": self._state.edit(resource, found["id"], **await _body(request))})

    async def remove_object(self, request: Request) -> Response:
        """Remove an object for ever."""
        found = self._existing(request)
        return JSONResponse({"object": self._state.remove(request.path_params["resource"], found["id"])})

    def _existing(self, request: Request) -> dict[str, Any]:
        resource, object_id = request.path_params["resource"], request.path_params["id"]
        found = self._state.get(resource, object_id)
        if found is None:
            raise LookupError(f"there is no {resource} {object_id}")
        return found


def _explaining(handler: Handler) -> Handler:
    """The handler, with what it raises turned into an answer that says why."""

    async def explained(request: Request) -> Response:
        try:
            return await handler(request)
        except LookupError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        except (SandboxError, BadValue) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return explained


async def _body(request: Request) -> dict[str, Any]:
    return parse_json_object(await request.body() or b"{}")


def _only(given: Iterable[str], known: set[str], where: str) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise SandboxError(f"{where} does not take {', '.join(strange)}; it takes {', '.join(sorted(known))}")
