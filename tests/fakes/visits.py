"""Visits in memory."""

import msgspec

from server.call.visits import PersonalLink, Visit


class FakeVisits:
    """`failure` is raised by whatever is asked next, once."""

    def __init__(self) -> None:
        self.kept: dict[str, Visit] = {}
        self.links: dict[str, PersonalLink] = {}
        self.failure: Exception | None = None

    def _fail(self) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    async def save(self, visit: Visit) -> None:
        self._fail()
        self.kept[visit.session] = visit

    async def touch(self, session: str, seen_at: float) -> None:
        self.kept[session] = msgspec.structs.replace(self.kept[session], seen_at=seen_at)

    async def of_session(self, session: str) -> Visit | None:
        return self.kept.get(session)

    async def of_page(self, page: str) -> Visit | None:
        self._fail()
        return next((visit for visit in self.kept.values() if visit.page == page), None)

    async def of_later(self, later: str) -> Visit | None:
        return next((visit for visit in self.kept.values() if visit.later == later), None)

    async def idle(self, before: float, limit: int) -> list[Visit]:
        return [visit for visit in self.kept.values() if visit.seen_at < before and not visit.is_resting][:limit]

    async def unordered(self) -> list[Visit]:
        return [visit for visit in self.kept.values() if visit.call and not visit.is_ordered]

    async def forget(self, before: float) -> list[str]:
        gone = [one.session for one in self.kept.values() if max(one.seen_at, one.later_until) < before]
        self.kept = {key: visit for key, visit in self.kept.items() if key not in gone}
        self.links = {key: link for key, link in self.links.items() if link.expires_at >= before}
        return gone

    async def add_link(self, link: PersonalLink) -> None:
        self.links[link.token] = link

    async def link(self, token: str) -> PersonalLink | None:
        return self.links.get(token)
