"""What all routes share: the engine, the three scopes, the form of an audit's caller.

The routes themselves stand by subject in ``routes_*``; ``server`` lists them.
"""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer

from engine.api.auth import needs, principal, where
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


def router(tag: str) -> APIRouter:
    """An empty list of routes of one subject."""
    return APIRouter(
        tags=[tag],
        dependencies=[Depends(_DESCRIBED)],
        responses={"4XX": {"model": ErrorShape}, "5XX": {"model": ErrorShape}},
    )


async def _engine(request: Request) -> EnginePort:
    return cast(EnginePort, request.app.state.engine)


async def _caller(request: Request) -> Caller:
    return Caller(principal(request).name, where(request))


Engine = Annotated[EnginePort, Depends(_engine)]
By = Annotated[Caller, Depends(_caller)]
