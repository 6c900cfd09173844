"""Passwords, what phones are let in with, sessions, registrations."""

import hashlib
from pathlib import Path

import argon2
import pytest
from pytest_twisted import ensureDeferred
from storage_rig import URL, Clock, beside, running, until
from twisted.internet import reactor

from server.call.ports import StoredBinding
from server.storage import storage as storage_module
from server.storage.passwords import NOBODY, hashed, is_hash_of, set_password, set_sip_password
from server.storage.sessions import LIFE_SECONDS

REALM = "caruso.test"


def ha1(user: str, password: str, algorithm: str = "md5") -> str:
    return hashlib.new(algorithm, f"{user}:{REALM}:{password}".encode()).hexdigest()


def test_passwords_are_argon2id() -> None:
    kept = hashed("secret")
    assert kept.startswith("$argon2id$")
    assert not argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY).check_needs_rehash(NOBODY)
    assert (is_hash_of(kept, "secret"), is_hash_of(kept, "Secret"), is_hash_of("broken", "x")) == (True, False, False)


@ensureDeferred
async def test_the_site_files_words_and_what_overrides_them(tmp_path: Path) -> None:
    words = {"passwords": {"ana": "from the file", "bo": ""}, "sip_passwords": {"ana": "phone"}}
    async with running(tmp_path, **words) as storage:
        verify = storage.accounts.verify
        assert await verify("ana", "from the file") is True
        assert await verify("ana", "phone") is False
        assert await verify("bo", "") is False
        assert await verify("nobody", "x") is False
        assert storage.credentials.ha1("ana", "MD5") == [ha1("ana", "phone")]
        await storage.credentials.set_password("ana", "new")
        assert await verify("ana", "new") is True
        assert await verify("ana", "from the file") is False
        assert storage.credentials.ha1("ana", "SHA-256") == [ha1("ana", "phone", "sha256")]
        await storage.credentials.set_sip_password("ana", "new phone")
        assert storage.credentials.ha1("ana", "SHA-256") == [ha1("ana", "new phone", "sha256")]
        assert storage.credentials.ha1("ana", "MD5") == [ha1("ana", "new phone")]
        assert await verify("ana", "new phone") is False
        assert storage.credentials.ha1("ana", "SHA-512") == []
        assert storage.credentials.ha1("nobody", "MD5") == []
        for wrong in ("", "x" * 1001):
            with pytest.raises(ValueError, match="1 to 1000"):
                await storage.credentials.set_password("ana", wrong)
            with pytest.raises(ValueError, match="1 to 1000"):
                await storage.credentials.set_sip_password("ana", wrong)
    async with running(tmp_path, **words) as storage:
        assert await storage.accounts.verify("ana", "new") is True
        assert storage.credentials.ha1("ana", "MD5") == [ha1("ana", "new phone")]
    content = b"".join(file.read_bytes() for file in tmp_path.glob("caruso.db*"))
    assert b"$argon2id$" in content
    assert ha1("ana", "new phone").encode() in content
    for word in ("new", "from the file"):  # a digest is guessed from in no time, which argon2id is there to prevent
        assert ha1("ana", word).encode() not in content
        assert ha1("ana", word, "sha256").encode() not in content


@ensureDeferred
async def test_a_password_set_beside_the_running_core_is_seen_and_ends_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "REFRESH_SECONDS", 0.05)
    set_password(URL, tmp_path, "ana", "first", Clock().wall)
    async with running(tmp_path) as storage:
        assert await storage.accounts.verify("ana", "first") is True
        opened = await storage.sessions.open("ana", "agent")
        others = await storage.sessions.open("bo", "agent")
        set_sip_password(URL, tmp_path, REALM, "ana", "phone", Clock().wall)
        await until(lambda: storage.credentials.ha1("ana", "MD5") == [ha1("ana", "phone")])
        assert storage.sessions.look_up(opened.token) is not None
        set_password(URL, tmp_path, "ana", "second", Clock().wall)
        await until(lambda: storage.sessions.look_up(opened.token) is None)
        assert storage.credentials.ha1("ana", "MD5") == [ha1("ana", "phone")]
        assert storage.sessions.look_up(others.token) is not None
        assert await storage.accounts.verify("ana", "second") is True


@ensureDeferred
async def test_sessions_slide_end_and_outlive_the_core(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock) as storage:
        opened = await storage.sessions.open("ana", "agent")
        await storage.credentials.add_session_credential("ana", "softphone", opened.session.id)
        assert opened.session.expires_at == clock.wall + LIFE_SECONDS
        assert len(opened.token) >= 43
        clock.wall += LIFE_SECONDS - 10
        assert (await storage.sessions.check(opened.token)) is not None
        stranger = await storage.sessions.open("bo", "supervisor")
    content = b"".join(file.read_bytes() for file in tmp_path.glob("caruso.db*"))
    assert opened.token.encode() not in content
    clock.wall += LIFE_SECONDS - 10
    async with running(tmp_path, clock) as storage:
        session = storage.sessions.look_up(opened.token)
        assert session is not None
        assert (session.user, session.role, session.id) == ("ana", "agent", opened.session.id)
        assert storage.credentials.ha1("ana", "MD5") == [ha1("ana", "softphone")]
        await storage.sessions.close(opened.token)
        assert storage.sessions.look_up(opened.token) is None
        assert storage.credentials.ha1("ana", "MD5") == []
        assert storage.sessions.look_up("guessed") is None
        await storage.sessions.close("guessed")
        clock.wall += 20
        assert storage.sessions.look_up(stranger.token) is None
    async with running(tmp_path, clock) as storage:
        assert storage.sessions.look_up(opened.token) is None
        assert storage.credentials.ha1("ana", "MD5") == []


@ensureDeferred
async def test_a_credential_ends_with_its_time(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock) as storage:
        await storage.credentials.add_session_credential("ana", "one")
        assert storage.credentials.ha1("ana", "SHA-256") == [ha1("ana", "one", "sha256")]
        clock.wall += 12 * 3600 + 1
        assert storage.credentials.ha1("ana", "SHA-256") == []
        await storage.credentials.add_session_credential("bo", "two")
        assert beside(tmp_path).execute("SELECT user FROM session_credential").fetchall() == [("bo",)]


@ensureDeferred
async def test_registrations_outlive_the_core(tmp_path: Path) -> None:
    clock = Clock()

    def binding(user: str, host: str, seconds: float) -> StoredBinding:
        return StoredBinding(
            user=user,
            contact=f"sip:{user}@{host}",
            call_id="x",
            cseq=7,
            expires_at=clock.wall + seconds,
            flow="udp:1",
            path=["<sip:edge;lr>"],
            q=0.5,
        )

    desk, mobile, other = binding("ana", "10.0.0.2", 60), binding("ana", "10.0.0.1", 10), binding("bo", "10.0.0.3", 60)
    async with running(tmp_path, clock) as storage:
        await storage.bindings.save("ana", [mobile])
        await storage.bindings.save("ana", [desk, mobile])
        await storage.bindings.save("bo", [other])
    async with running(tmp_path, clock) as storage:
        assert await storage.bindings.load() == [desk, mobile, other]
        clock.wall += 30
        assert await storage.bindings.load() == [desk, other]
        await storage.bindings.save("ana", [])
        assert await storage.bindings.load() == [other]
    assert reactor.running
