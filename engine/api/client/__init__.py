"""The control API's caller, for console, CLI and other programs; also finds the local node.

Imports httpx and the shapes only. Not for the data plane: sources and targets are reached
through ``engine.http``. One face a subject; what a call may raise is in ``errors``.
"""

from __future__ import annotations

from engine.api.client.access import AccessFace
from engine.api.client.certificate import look_at_certificate
from engine.api.client.cursors import CursorsFace
from engine.api.client.errors import ApiError, ConnectionLost, Loss
from engine.api.client.jobs import JobsFace
from engine.api.client.local import LocalNode, check_url, read_local_node
from engine.api.client.node import EVENTS_SILENCE_S, NodeFace
from engine.api.client.operations import OperationsFace
from engine.api.client.places import Place, given_places, is_here_only, others_of
from engine.api.client.proof import ProofFace
from engine.api.client.proposals import ProposalsFace
from engine.api.client.records import RecordsFace
from engine.api.client.several import SeveralNodes
from engine.language.speech import LANGUAGES, told_in

__all__ = [
    "EVENTS_SILENCE_S",
    "LANGUAGES",
    "ApiError",
    "ConnectionLost",
    "LocalNode",
    "Loss",
    "NodeClient",
    "Place",
    "SeveralNodesClient",
    "check_url",
    "given_places",
    "is_here_only",
    "look_at_certificate",
    "others_of",
    "read_local_node",
    "told_in",
]


class NodeClient(
    NodeFace,
    RecordsFace,
    JobsFace,
    CursorsFace,
    OperationsFace,
    AccessFace,
    ProofFace,
    ProposalsFace,
):
    """One node's API. Every method raises ApiError or ConnectionLost; safe to use concurrently.

    url: ``http://HOST:PORT`` (a path is not kept). timeout_s: for each request, but for events.
    fingerprint: of the one certificate to accept, "" for any that a known authority vouches for.
    transport: for an app in this process, else left out. language: of the sentences in answers,
    one of LANGUAGES; those of ConnectionLost are English, told_in says them in another.
    """


class SeveralNodesClient(SeveralNodes, NodeClient):
    """The API of a database that several nodes serve; see ``several``."""
