"""The cast: phones of agents who register, and of customers who call through the trunk."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from server.demo.plan import PlannedCall
from server.demo.stage import Stage
from server.phone import words
from server.phone.driver import Phone

CALLS_PER_PHONE = words.MAX_CALLS

Heard = Callable[[str, words.AnyEvent], None]
"""Is told, from a phone's reading thread, whose phone said what: an agent's id, or `customers`."""

CUSTOMERS = "customers"


class Cast:
    """Phones. All are started together (`launch`), because each takes a second of the machine's time."""

    def __init__(self, stage: Stage, agents: list[str], customer_phones: int, heard: Heard | None = None) -> None:
        self._stage = stage
        log = stage.data / "phones.log"
        told = heard or (lambda _whose, _event: None)
        self.agents = {
            agent: Phone(agent, on_event=lambda event, agent=agent: told(agent, event), log=log)  # type: ignore[misc]
            for agent in agents
        }
        self.customers = [
            Phone("customer", on_event=lambda event: told(CUSTOMERS, event), log=log) for _ in range(customer_phones)
        ]
        self._calling: dict[str, Phone] = {}

    def launch(self) -> None:
        """Start every phone's process."""
        for phone in [*self.agents.values(), *self.customers]:
            phone.launch()

    def take_places(self, agent_says: str | Path, customer_says: str | Path, ring_seconds: float) -> None:
        """Wait for the phones, register the agents', and tell all what to do: agents answer after `ring_seconds`.

        Raises PhoneFailed when a phone does not start or its registration is refused.
        """
        for agent, phone in self.agents.items():
            phone.await_ready()
            phone.play(str(agent_says))
            phone.by_itself(200, ring_seconds)
            phone.register(self._stage.sip, agent, self._stage.passwords[agent], domain=self._stage.domain)
        for phone in self.customers:
            phone.await_ready()
            phone.play(str(customer_says))

    def free_customers(self) -> int:
        """How many more calls the customers' phones can make now."""
        return CALLS_PER_PHONE * len(self.customers) - len(self._calling)

    def is_calling(self, number: str) -> bool:
        """Whether the customer with that number has a call."""
        return number in self._calling

    def call(self, planned: PlannedCall) -> None:
        """A customer calls, who must not have a call already. A call is named by its customer's number."""
        phone = min(self.customers, key=lambda phone: sum(busy is phone for busy in self._calling.values()))
        customer = planned.customer
        uri = f"sip:{planned.dialled}@{self._stage.sip}"
        phone.call(uri, caller=customer.number, caller_name=customer.name, name=customer.number)
        self._calling[customer.number] = phone

    def customer_hangs_up(self, number: str) -> None:
        """The customer with that number hangs up, if there still is a call."""
        if number in self._calling:
            self._calling[number].hang_up(number)

    def agent_hangs_up(self, agent: str) -> None:
        """The agent ends the newest call."""
        self.agents[agent].hang_up()

    def is_over(self, number: str) -> None:
        """A customer's phone said that the call is over; the customer may call again."""
        self._calling.pop(number, None)

    def close(self) -> None:
        """End every phone."""
        for phone in [*self.agents.values(), *self.customers]:
            phone.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
