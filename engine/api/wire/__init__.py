"""The shapes that travel over the control API, both ways. Instants are UTC ms unless named.

Shared by server, client, CLI and console; so it imports nothing of the engine but its
languages. The objects of
``status --json``, ``records --json`` and ``record ID --json`` are fixed by design.md section 8.

One module a subject; all names are importable from here.
"""

from engine.api.wire.access import (
    SecretShape,
    SecretsShape,
    SecretValue,
    TokenMade,
    TokenRequest,
    TokenShape,
    TokensShape,
)
from engine.api.wire.alerts import (
    AlertShape,
    AlertsShape,
    ChannelFieldShape,
    ChannelKindShape,
    ChannelKindsShape,
    ChannelPut,
    ChannelShape,
    ChannelsShape,
)
from engine.api.wire.base import (
    API_PREFIX,
    Done,
    ErrorShape,
    HealthWord,
    Id,
    Instant,
    OutcomeWord,
    ProblemShape,
    ScopeWord,
    Shape,
    StateWord,
    Told,
)
from engine.api.wire.cursors import CursorPreviewShape, CursorPut, CursorShape, CursorsShape
from engine.api.wire.failures import (
    ExplainShape,
    FailureGroupShape,
    FailuresShape,
    ReasonShape,
    ReasonWord,
)
from engine.api.wire.jobs import (
    JobApplied,
    JobCheckRequest,
    JobCheckShape,
    JobPut,
    JobShape,
    JobsShape,
    JobTestRequest,
    JobTestShape,
    RevisionShape,
    RevisionsShape,
)
from engine.api.wire.node import (
    DatabaseShape,
    HeldOfJob,
    HeldShardShape,
    HeldShardsShape,
    NodeRow,
    NodeShape,
    NodesShape,
    NodeStateWord,
)
from engine.api.wire.operations import (
    OperationPageShape,
    OperationRequest,
    OperationShape,
    OperationStateWord,
    OperationWord,
    ResendMode,
)
from engine.api.wire.proof import AuditPageShape, AuditShape, BrokenShape, CheckShape
from engine.api.wire.proposals import (
    ChoiceShape,
    EvaluatedShape,
    EvaluateItem,
    EvaluateRequest,
    EvaluateShape,
    FoundSecretShape,
    KeepSecretRequest,
    NamesWord,
    PartShape,
    PlacedValue,
    ProposalShape,
    ProposeRequest,
    ProposeShape,
    PulledRecordShape,
    PullTestRequest,
    PullTestShape,
    PushTestRequest,
    PushTestShape,
    SeenAnswer,
    SeenWord,
    SureWord,
)
from engine.api.wire.records import (
    AttemptShape,
    CountShape,
    DeliveryShape,
    PullPageShape,
    PullShape,
    RecordPageShape,
    RecordQuery,
    RecordShape,
    RequestShape,
    ResponseShape,
    VersionShape,
    VersionsShape,
)
from engine.api.wire.resend import ResendRequest, ResendResult, SkipResult
from engine.api.wire.status import (
    ConsumerStatusShape,
    JobStatusShape,
    NodeTroubleShape,
    SeriesShape,
    StatusShape,
)
