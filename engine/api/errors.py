"""Every answer that is not a success: an ErrorShape with code, sentence, hint and request id.

OperatorErrors are told as they are; anything else is a bug: logged with its traceback under the
request id, told without it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from engine.api.wire import ErrorShape, ProblemShape
from engine.core.errors import DocumentError, OperatorError, Problem, WrongFields
from engine.core.expression import ExpressionRefused

log = logging.getLogger(__name__)
MAX_PROBLEMS = 100


def add_error_answers(app: FastAPI) -> None:
    """Make the app answer with ErrorShape whatever goes wrong inside a route."""
    app.add_exception_handler(OperatorError, _operator_error)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _http_error)


def answer(
    scope: Scope,
    status: int,
    code: str,
    sentence: str,
    hint: str = "",
    *,
    path: str = "",
    problems: Sequence[ProblemShape] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The error as an answer to this request."""
    shape = ErrorShape(
        code=code,
        sentence=sentence,
        hint=hint,
        path=path,
        request_id=request_id(scope),
        problems=tuple(problems),
    )
    return JSONResponse(shape.model_dump(mode="json"), status, headers)


def bug_answer(scope: Scope) -> JSONResponse:
    """The answer to a bug; call it while the exception is being handled: it is logged here."""
    log.exception("bug request=%s %s %s", request_id(scope), scope["method"], scope["path"])
    return answer(
        scope,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "bug",
        "The node met a fault of its own while it worked on this request.",
        "Its log tells more under this request id; please report it.",
    )


def request_id(scope: Scope) -> str:
    """The id of this request, as its answer's header and the log have it."""
    return str(scope.get("state", {}).get("request_id", ""))


async def _operator_error(request: Request, error: Exception) -> JSONResponse:
    told = cast(OperatorError, error)
    problems: tuple[ProblemShape, ...] = ()
    if isinstance(told, DocumentError | WrongFields):
        problems = tuple(problem_shape(one) for one in told.problems[:MAX_PROBLEMS])
    elif isinstance(told, ExpressionRefused):
        problem = Problem(told.path, told.sentence, told.hint, told.line, told.column)
        problems = (problem_shape(problem),)
    return answer(
        request.scope,
        told.http_status,
        told.code,
        told.sentence,
        told.hint,
        path=told.path,
        problems=problems,
    )


def problem_shape(problem: Problem) -> ProblemShape:
    """A problem as it is told."""
    return ProblemShape(
        path=problem.path,
        sentence=problem.sentence,
        hint=problem.hint,
        line=problem.line,
        column=problem.column,
    )


async def _wrong_request(request: Request, error: Exception) -> JSONResponse:
    details = cast(RequestValidationError, error).errors()
    problems = [_problem(detail) for detail in details[:MAX_PROBLEMS]]
    first = problems[0]
    return answer(
        request.scope,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request_invalid",
        f"{first.path}: {first.sentence}" if first.path else first.sentence,
        "The API's description is at /api/v1/openapi.json.",
        path=first.path,
        problems=problems,
    )


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    told = cast(HTTPException, error)
    match told.status_code:
        case HTTPStatus.NOT_FOUND:
            sentence = f"There is nothing at {request.url.path}."
            code = "unknown_route"
        case HTTPStatus.METHOD_NOT_ALLOWED:
            sentence = f"{request.method} is not possible at {request.url.path}."
            code = "method_not_allowed"
        case _:
            sentence = "The request could not be read."
            code = "request_invalid"
    return answer(
        request.scope,
        told.status_code,
        code,
        sentence,
        "The API's description is at /api/v1/openapi.json.",
        headers=dict(told.headers or {}),
    )


def _problem(detail: dict[str, Any]) -> ProblemShape:
    """A field of a request that does not fit; its value is not repeated: it may be a secret."""
    place = [str(part) for part in detail["loc"] if part not in ("body", "query", "path")]
    if detail["type"] == "json_invalid":
        return ProblemShape(sentence="The body is not JSON.")
    if detail["type"] == "missing" and not place:
        return ProblemShape(sentence="The body is missing.")
    text = str(detail["msg"])
    return ProblemShape(path=".".join(place), sentence=text if text.endswith(".") else f"{text}.")
