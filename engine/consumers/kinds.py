"""The list of consumer kinds. A new kind is a file of its own and a line in each list here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.consumers import port
from engine.consumers.http_push.consumer import HttpPushConsumer
from engine.consumers.http_push.fields import HttpPush
from engine.core.errors import OperatorError
from engine.http.client import HttpClient

Consumer = HttpPush
"""An entry of the document's ``consumers``: with a second kind, a union discriminated by it."""

NO_VARIABLES: Mapping[str, Any] = {}


def uses_vars(fields: Consumer) -> bool:
    """Whether what this consumer sends depends on the variables of the pull shard."""
    return "vars" in fields.request.names_used()


def build_consumer(
    job_name: str,
    fields: Consumer,
    *,
    http: HttpClient,
    secrets: Callable[[str], bytes],
    clock: Callable[[], int],
    vars: Mapping[str, Any] = NO_VARIABLES,
) -> port.Consumer:
    """The consumer of these fields, ready to push.

    secrets: a named secret's value; asked now, so build anew when a secret changes.
    clock: UTC ms. vars: the values of ``vars`` in the request's expressions.
    Raises OperatorError if a secret is missing or unfit.
    """
    try:
        return HttpPushConsumer(fields, http=http, secrets=secrets, clock=clock, variables=vars)
    except OperatorError as error:
        raise OperatorError(
            f'Consumer "{fields.name}" of job "{job_name}" cannot push: {error.sentence}',
            hint=error.hint,
            path=error.path,
        ) from None
