"""What a flow may be given besides its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.navigator import Navigator
    from app.session import Session
    from app.settings import Settings
    from app.theme.theme import Theme
    from app.token_store import TokenStore


@dataclass(frozen=True, slots=True)
class Shell:
    """The window's parts that every flow of it shares."""

    theme: Theme
    session: Session
    navigator: Navigator
    settings: Settings
    tokens: TokenStore
