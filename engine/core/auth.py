"""How the hub proves itself to a source or target: the document's ``auth`` field.

Secrets stand in a document by name only. Not for the control API's own tokens, and not for
signing a message's content (``signature`` of a push).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

HEADER_NAME = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
HeaderName = Annotated[str, Field(pattern=HEADER_NAME, max_length=100)]


class _Part(BaseModel):
    """Unknown fields are refused, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretRef(_Part):
    """The name of a secret kept by the node.

    A secret written out is refused; whoever shows the error shows its text, never its input.
    """

    secret: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[\w.-]+$",
        title="Secret",
        description="The name under which the secret was stored.",
        examples=["shop-token"],
        json_schema_extra={"x-input": "secret"},
    )

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        if isinstance(value, (str, int, float, bytes)):
            raise ValueError(
                "a secret must not stand in the document; store it with "
                "`jellyfish secret set NAME` and write {secret: NAME} here"
            )
        return value


class NoAuth(_Part):
    """The other side asks for no proof."""

    model_config = ConfigDict(title="None")

    kind: Literal["none"] = Field(default="none", title="Kind", description="No authentication.")


class BasicAuth(_Part):
    """User name and password in the Authorization header (RFC 7617)."""

    model_config = ConfigDict(title="Basic")

    kind: Literal["basic"] = Field(
        default="basic", title="Kind", description="User name and password."
    )
    user: str = Field(
        min_length=1, title="User", description="The user name; it cannot hold a colon."
    )
    password: SecretRef = Field(title="Password", description="The secret with the password.")

    @field_validator("user")
    @classmethod
    def _no_colon(cls, user: str) -> str:
        if ":" in user:
            raise ValueError("a user name for basic authentication cannot hold a colon")
        return user


class BearerAuth(_Part):
    """A fixed token in the Authorization header (RFC 6750)."""

    model_config = ConfigDict(title="Bearer token")

    kind: Literal["bearer"] = Field(default="bearer", title="Kind", description="A fixed token.")
    token: SecretRef = Field(title="Token", description="The secret with the token.")


class ApiKeyAuth(_Part):
    """A fixed key in a header or in the query."""

    model_config = ConfigDict(title="API key", populate_by_name=True)

    kind: Literal["api_key"] = Field(default="api_key", title="Kind", description="A fixed key.")
    place: Literal["header", "query"] = Field(
        default="header",
        alias="in",
        title="In",
        description="Where the key stands in a request.",
        json_schema_extra={"x-choices": {"header": "Header", "query": "Query"}},
    )
    name: HeaderName = Field(
        default="X-API-Key", title="Name", description="The header's or query parameter's name."
    )
    value: SecretRef = Field(title="Key", description="The secret with the key.")


class OAuth2ClientAuth(_Part):
    """A token fetched with the client's own credentials (RFC 6749, section 4.4)."""

    model_config = ConfigDict(title="OAuth 2 client credentials")

    kind: Literal["oauth2_client"] = Field(
        default="oauth2_client", title="Kind", description="A token fetched and renewed by the hub."
    )
    token_url: str = Field(
        pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@\\]+([/?][^\s#]*)?$",
        title="Token address",
        description="Where tokens are fetched.",
        examples=["https://login.example/oauth2/token"],
    )
    client_id: str = Field(min_length=1, title="Client id", description="The client's public name.")
    client_secret: SecretRef = Field(
        title="Client secret", description="The secret with the client's password."
    )
    scope: str | None = Field(
        default=None, min_length=1, title="Scope", description="What the token shall be good for."
    )
    audience: str | None = Field(
        default=None, min_length=1, title="Audience", description="Who shall accept the token."
    )
    send: Literal["body", "basic"] = Field(
        default="body",
        title="Send credentials in",
        description="The form's body, or the Authorization header.",
        json_schema_extra={"x-choices": {"body": "Body", "basic": "Authorization header"}},
    )


class HmacAuth(_Part):
    """A keyed hash over method, path, time and body; the exact scheme is told in the help."""

    model_config = ConfigDict(title="HMAC")

    kind: Literal["hmac"] = Field(
        default="hmac", title="Kind", description="A keyed hash of each request."
    )
    key: SecretRef = Field(title="Key", description="The secret with the signing key.")
    header: HeaderName = Field(
        default="X-Signature",
        title="Signature header",
        description="The header that holds the hash.",
    )
    algorithm: Literal["sha256", "sha512"] = Field(
        default="sha256", title="Algorithm", description="The hash function."
    )
    encoding: Literal["hex", "base64"] = Field(
        default="hex", title="Encoding", description="How the hash is written."
    )
    timestamp_header: HeaderName = Field(
        default="X-Timestamp",
        title="Time header",
        description="The header that holds the signing time in seconds since 1970.",
    )

    @model_validator(mode="after")
    def _two_headers(self) -> HmacAuth:
        if self.header.lower() == self.timestamp_header.lower():
            raise ValueError("the signature and the time need two different headers")
        return self


Auth = Annotated[
    NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth2ClientAuth | HmacAuth,
    Field(discriminator="kind"),
]
"""The ``auth`` field. A new kind is a model here, a line in this union, a class in http.auth."""


def secrets_in(auth: Auth) -> tuple[SecretRef, ...]:
    """The secrets an ``auth`` names, so that they can be looked up when it is saved."""
    return tuple(value for _, value in auth if isinstance(value, SecretRef))
