"""What all routes share: the engine, the three scopes, the form of an audit's caller.

The routes themselves stand by subject in ``routes_*``; ``server`` lists them.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from engine.api.auth import needs, principal, scope_of, where
from engine.api.port import EnginePort
from engine.api.wire import ErrorShape
from engine.operations.caller import Caller
from engine.operations.tokens import Scope

READ = Depends(needs(Scope.READ))
OPERATE = Depends(needs(Scope.OPERATE))
ADMIN = Depends(needs(Scope.ADMIN))
"""A dependency of each route: the least scope its caller's token must have."""

_DESCRIBED = HTTPBearer(auto_error=False, description="A token of `jellyfish token create`.")
"""Only for the API's description: the gate has checked the token before any route."""


SCOPE_IN_DESCRIPTION = "x-scope"
"""Under this name the API's description says the scope of each operation."""


class ScopedRoute(APIRoute):
    """A route that names the scope it needs, exactly one; there are no others."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        (scope,) = filter(None, (scope_of(each.dependency) for each in self.dependencies))
        self.openapi_extra = {SCOPE_IN_DESCRIPTION: scope.word}


def router(tag: str) -> APIRouter:
    """An empty list of routes of one subject."""
    return APIRouter(
        tags=[tag],
        route_class=ScopedRoute,
        dependencies=[Depends(_DESCRIBED)],
        responses={"4XX": {"model": ErrorShape}, "5XX": {"model": ErrorShape}},
    )


async def _engine(request: Request) -> EnginePort:
    return cast(EnginePort, request.app.state.engine)


async def _caller(request: Request) -> Caller:
    return Caller(principal(request).name, where(request))


Engine = Annotated[EnginePort, Depends(_engine)]
By = Annotated[Caller, Depends(_caller)]
