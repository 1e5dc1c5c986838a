"""What an answer or a failure means for a delivery: the outcome table of design.md rule 5.

Not for deciding when to try again (``core.retry``) nor for evaluating a success rule.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from engine.core.attempt import Outcome
from engine.core.record import PushVerdict
from engine.http.message import FailureKind, HttpAnswer, HttpFailure, header

SLOW_DOWN_S = 60.0
"""The least wait after a timeout, and after a 429 that names no time, in seconds (traps.md)."""
RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 24 * 3600.0

_ACCEPTED = PushVerdict(Outcome.ACCEPTED)
_ASKS_AGAIN = frozenset((408, 425, 429))
_REFUSES_US = frozenset((401, 403, 407))
_TIMEOUTS = frozenset((FailureKind.TIMEOUT, FailureKind.CONNECT_TIMEOUT))


def classify(
    result: HttpAnswer | HttpFailure, success: bool | None, *, now_s: float
) -> PushVerdict:
    """Judge one send.

    success: what the consumer's success rule said of a complete answer; None without a rule.
    now_s: seconds since 1970, used for a Retry-After date when the answer has no Date.
    """
    if isinstance(result, HttpFailure):
        return _of_failure(result)
    if success or (success is None and 200 <= result.status < 300):
        return _ACCEPTED
    return _of_refusal(result, now_s)


def retry_after_s(answer: HttpAnswer, *, now_s: float) -> float | None:
    """What Retry-After asks for, between 1 s and 24 h; None if it is missing or junk."""
    value = header(answer.headers, "retry-after")
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value, re.ASCII):
        wait_s = float(value)
    else:
        then_s = _http_date_s(value)
        if then_s is None:
            return None
        date_s = _http_date_s(header(answer.headers, "date") or "")
        wait_s = then_s - (now_s if date_s is None else date_s)
    return min(max(wait_s, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def _of_failure(failure: HttpFailure) -> PushVerdict:
    return PushVerdict(
        Outcome.NOT_SENT if failure.surely_not_sent else Outcome.UNKNOWN,
        error_kind=failure.kind.value,
        error=failure.text,
        min_wait_s=SLOW_DOWN_S if failure.kind in _TIMEOUTS else 0.0,
    )


def _of_refusal(answer: HttpAnswer, now_s: float) -> PushVerdict:
    status = answer.status
    outcome, line_refusal, error_kind = Outcome.REJECTED, False, "status"
    error = f"The target answered {status}."
    if 200 <= status < 300:
        outcome, error_kind = Outcome.RETRY, "success_rule"
        error = f"The target answered {status}, but the success rule does not hold."
    elif status < 400:
        line_refusal, error_kind = True, "redirect" if status >= 300 else "status"
        if status >= 300:
            error = f"The target answered {status}; redirects are not followed."
    elif status in _ASKS_AGAIN or status >= 500:
        outcome = Outcome.RETRY
    elif status in _REFUSES_US:
        line_refusal = True
        error = f"The target answered {status}: it does not accept the hub's authentication."
    asked_s = retry_after_s(answer, now_s=now_s)
    return PushVerdict(
        outcome,
        error_kind=error_kind,
        error=error,
        retry_after_s=asked_s,
        min_wait_s=SLOW_DOWN_S if status == 429 and asked_s is None else 0.0,
        line_refusal=line_refusal,
    )


def _http_date_s(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
