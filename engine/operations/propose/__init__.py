"""Proposes parts of a job document from what an operator has at hand: a cURL command, an answer.

    read_curl(text)                         → CurlCommand
    propose_source(command, …)              → request, authentication, name, paging
    read_text(text), read_answer(answer)    → Sample
    propose_reading(document, sample)       → format, success, records, key, cursor, paging …
    propose_target(command, …, record)      → consumer, request, authentication, mapping
    propose_success(value, status, …)       → success rule

Pure: nothing is asked, sent or stored here. A proposal has a reason and alternatives, and a
document with proposals applied passes the document check. Secrets are told apart by value and
name; their values stand in no proposal.
"""

from __future__ import annotations

from engine.operations.propose.curl import CurlCommand, NotCurl, looks_like_curl, read_curl
from engine.operations.propose.proof import FoundSecret, KnownSecrets, NoSecrets
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure, apply
from engine.operations.propose.sample import NotASample, Sample, read_answer, read_text
from engine.operations.propose.source import propose_reading, propose_source
from engine.operations.propose.success import propose_success
from engine.operations.propose.target import propose_target

__all__ = [
    "Change",
    "Choice",
    "CurlCommand",
    "FoundSecret",
    "KnownSecrets",
    "NoSecrets",
    "NotASample",
    "NotCurl",
    "Proposal",
    "Sample",
    "Sure",
    "apply",
    "looks_like_curl",
    "propose_reading",
    "propose_source",
    "propose_success",
    "propose_target",
    "read_answer",
    "read_curl",
    "read_text",
]
