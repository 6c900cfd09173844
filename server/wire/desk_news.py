"""What the core tells a desk; part of `wire.desk`."""

import msgspec
from msgspec import UNSET, UnsetType

from server.wire.desk_cards import Customer, ServiceView
from server.wire.desk_script import Place, Script
from server.wire.desk_state import Call, Colleague, Me, Message, MyDay, Queue, State, WrapUp


class Welcome(msgspec.Struct, frozen=True, tag_field="t", tag="welcome", kw_only=True):
    """The whole state."""

    revision: int
    now: float
    state: State


class Changed(msgspec.Struct, frozen=True, tag_field="t", tag="changed", kw_only=True, omit_defaults=True):
    """The sections that changed since the revision before; each is whole."""

    revision: int
    now: float
    me: Me | UnsetType = UNSET
    call: Call | None | UnsetType = UNSET
    wrap_up: WrapUp | None | UnsetType = UNSET
    queues: list[Queue] | UnsetType = UNSET
    colleagues: list[Colleague] | UnsetType = UNSET
    my_day: MyDay | UnsetType = UNSET
    messages: list[Message] | UnsetType = UNSET
    script: Script | None | UnsetType = UNSET


class Done(msgspec.Struct, frozen=True, tag_field="t", tag="done"):
    """Request `id` is carried out."""

    id: int


class Refused(msgspec.Struct, frozen=True, tag_field="t", tag="refused"):
    """Request `id` is not carried out. `problem` is a stable id, `detail` one sentence."""

    id: int
    problem: str
    detail: str


class Found(msgspec.Struct, frozen=True, tag_field="t", tag="found"):
    """Answer to `find-customers`."""

    id: int
    customers: list[Customer]


class Saved(msgspec.Struct, frozen=True, tag_field="t", tag="saved"):
    """Answer to `save-customer`: the card as it is kept, with its id."""

    id: int
    customer: Customer


class Services(msgspec.Struct, frozen=True, tag_field="t", tag="services"):
    """Answer to `look-up`."""

    id: int
    services: list[ServiceView]


class Places(msgspec.Struct, frozen=True, tag_field="t", tag="places"):
    """Answer to `script-places`, in the order of the script."""

    id: int
    places: list[Place]


FromCore = Welcome | Changed | Done | Refused | Found | Saved | Services | Places
