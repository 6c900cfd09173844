"""Registration and digest (RFC 3261 sections 10 and 22, RFC 7616, RFC 8760, RFC 3327)."""

from edge_lab import DOMAIN, PHONE, STRANGER, Lab, authorization, card_flow, from_card, register, request

from server.edge.actions import AuthenticationFailed, PhoneCame, SaveBindings
from server.edge.phones.digest import NONCE_SECONDS, credentials
from server.edge.phones.digest_limits import ATTEMPTS, MOST_KEYS, DigestLimits, Tally
from server.edge.phones.location import Locations
from server.edge.sip.flows import Flow

URI = f"sip:{DOMAIN}"
ANA = f"<sip:ana@{DOMAIN}>"


def ask(lab: Lab, value: str = "", branch: str = "z9hG4bKr", cseq: int = 1, extra: str = "", **more: object):
    """One REGISTER of ana with that Authorization; gives the answer."""
    more.setdefault("to", ANA)
    more.setdefault("from_", f"{ANA};tag=r")
    lines = "\n".join(line for line in (f"Authorization: {value}" if value else "", extra) if line)
    sent = lab.hear(request("REGISTER", URI, at=PHONE, branch=branch, cseq=cseq, extra=lines, **more), PHONE)  # type: ignore[arg-type]
    return sent[0].message


def contacts(lab: Lab, user: str = "ana") -> list[str]:
    """The registered contacts of a user."""
    return [one.stored.contact for one in lab.proxy.locations.of(user, lab.now)]


def test_a_phone_registers():
    lab = Lab()
    answer = register(lab)
    assert answer.code == 200
    assert answer.lines("contact") == ["<sip:ana@172.16.0.9:40000>;expires=300;q=1"]
    assert lab.other == [SaveBindings("ana"), PhoneCame("ana")]
    (binding,) = lab.proxy.locations.of("ana", lab.now)
    assert binding.flow == PHONE
    assert binding.stored.expires_at == lab.now.wall + 300


def test_sha_256_is_offered_first_and_md5_works_too():
    lab = Lab()
    challenges = ask(lab).lines("www-authenticate")
    assert [(credentials(one) or {})["algorithm"] for one in challenges] == ["SHA-256", "MD5"]
    for number, challenge in enumerate(challenges):
        value = authorization(challenge, "ana", "secret-a", "REGISTER", URI, nc=number + 1)
        assert ask(lab, value, f"z9hG4bK{number}", cseq=number + 2).code == 200


def test_wrong_password_and_unknown_user_are_answered_alike():
    lab = Lab()
    answers = []
    for user, password in (("ana", "wrong"), ("nobody", "wrong")):
        record = f"<sip:{user}@{DOMAIN}>"
        challenge = ask(lab, to=record, from_=f"{record};tag=r").lines("www-authenticate")[0]
        answer = ask(lab, authorization(challenge, user, password, "REGISTER", URI), to=record, from_=f"{record};tag=r")
        assert lab.other == [AuthenticationFailed("172.16.0.9", "REGISTER", user)]
        assert not answer.has("contact")
        answers.append((answer.code, answer.reason, answer.keys))
        assert "stale" not in answer.lines("www-authenticate")[0]
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


def guess(lab: Lab, user: str, password: str = "wrong", flow: Flow = STRANGER) -> int:
    """One guess at a password, with a nonce of its own; gives the code of the answer."""
    return register(lab, user, password, flow=flow, call_id="guess").code


def test_whoever_guesses_is_refused_for_a_minute_and_learns_nothing():
    lab = Lab()
    assert [guess(lab, user) for user in ["ana", "nobody"] * 5] == [401] * 10
    assert lab.other == [AuthenticationFailed(STRANGER.host, "REGISTER", "nobody", "address")]
    for user, password in (("ana", "wrong"), ("nobody", "wrong"), ("ana", "secret-a")):
        assert guess(lab, user, password) == 403
        assert lab.other == []
    assert (
        lab.hear(request("REGISTER", URI, at=STRANGER, to=ANA, from_=f"{ANA};tag=r"), STRANGER)[0].message.code == 401
    )
    assert guess(lab, "ana", "secret-a", PHONE) == 200
    lab.sleep(59)
    assert guess(lab, "ana", "secret-a") == 403
    lab.sleep(2)
    assert guess(lab, "ana", "secret-a") == 200


def test_each_guess_in_one_request_counts():
    lab = Lab()
    challenge = ask(lab).lines("www-authenticate")[0]
    wrong = [authorization(challenge, "ana", f"guess {number}", "REGISTER", URI) for number in range(10)]
    right = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    assert ask(lab, "\nAuthorization: ".join([*wrong, right])).code == 403
    assert contacts(lab) == []


def test_a_registered_phone_refreshes_while_others_at_its_address_are_refused():
    lab = Lab()
    assert register(lab).code == 200
    neighbour = Flow("udp", PHONE.host, 50000)
    assert [guess(lab, "nobody", flow=neighbour) for _ in range(11)] == [401] * 10 + [403]
    assert register(lab, call_id="again").code == 200
    moved = Flow("udp", PHONE.host, PHONE.port + 1)
    assert register(lab, contact="<sip:ana@172.16.0.9:40001>", flow=moved, call_id="moved").code == 200
    assert guess(lab, "bob", "secret-b", neighbour) == 403
    assert [guess(lab, "ana", flow=neighbour) for _ in range(10)] == [403] * 10
    assert guess(lab, "ana", "secret-a", neighbour) == 403
    assert register(lab, call_id="still").code == 200


def test_a_user_is_guessed_at_from_many_addresses_only_so_often():
    lab = Lab()
    assert register(lab).code == 200
    for user in ("ana", "nobody"):
        strangers = [Flow("udp", f"198.51.100.{number}", 5060) for number in range(12)]
        codes = [guess(lab, user, flow=flow) for flow in strangers for _ in range(9)]
        assert codes == [401] * 100 + [403] * 8
        assert guess(lab, "bob", "secret-b", Flow("udp", "198.51.100.200", 5060)) == 200
        assert register(lab, call_id=f"beside-{user}").code == 200
        lab.sleep(61)


def test_a_phone_that_unregisters_with_an_ended_word_does_not_count_against_its_address():
    lab = Lab()
    for number in range(12):
        flow = Flow("udp", PHONE.host, 41000 + number)
        assert register(lab, contact=f"<sip:ana@172.16.0.9:{flow.port}>;expires=60", flow=flow, call_id="d").code == 200
        assert guess(lab, "ana", flow=flow) == 401
        lab.proxy.locations.replace("ana", [])
    assert guess(lab, "bob", "secret-b", Flow("udp", PHONE.host, 42000)) == 200


def test_the_limits_know_networks_and_forget():
    limits, lab = DigestLimits(Locations()), Lab()
    for number in range(ATTEMPTS):
        limits.failed("ana", Flow("udp", f"2001:db8:0:1::{number:x}", 5060), lab.now)
    assert not limits.may_try("bob", Flow("udp", "2001:db8:0:1:ffff::1", 5060), lab.now)
    assert limits.may_try("bob", Flow("udp", "2001:db8:0:2::1", 5060), lab.now)
    tally = Tally(1)
    for number in range(MOST_KEYS + 1):
        assert tally.add(str(number), 1.0)
    assert not tally.is_over("0", 1.0)
    assert tally.is_over("1", 1.0)


def test_a_nonce_grows_old_and_does_not_outlive_the_core():
    lab = Lab()
    challenge = ask(lab).lines("www-authenticate")[0]
    value = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    lab.sleep(NONCE_SECONDS + 1)
    answer = ask(lab, value)
    assert answer.code == 401
    assert "stale=true" in answer.lines("www-authenticate")[0]
    assert lab.other == []
    challenge = answer.lines("www-authenticate")[0]
    lab.restart()
    answer = ask(lab, authorization(challenge, "ana", "secret-a", "REGISTER", URI))
    assert "stale=true" in answer.lines("www-authenticate")[0]


def test_nothing_can_be_replayed_but_a_retransmission_is_no_replay():
    lab = Lab()
    challenge = ask(lab).lines("www-authenticate")[0]
    value = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    assert ask(lab, value, cseq=2).code == 200
    assert ask(lab, value, cseq=2).code == 200
    replayed = ask(lab, value, cseq=2, contact="<sip:thief@198.51.100.1>")
    assert replayed.code == 401
    assert contacts(lab) == ["sip:far@172.16.0.9:40000"]
    assert ask(lab, authorization(challenge, "ana", "secret-a", "REGISTER", URI, nc=2), cseq=3).code == 200
    assert ask(lab, value, cseq=4).code == 401


def test_a_digest_for_another_method_uri_realm_or_nonce_is_wrong():
    lab = Lab()
    challenge = ask(lab).lines("www-authenticate")[0]
    right = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    for wrong in (
        authorization(challenge, "ana", "secret-a", "INVITE", URI),
        authorization(challenge, "ana", "secret-a", "REGISTER", "sip:elsewhere.example"),
        right.replace(f'realm="{DOMAIN}"', 'realm="elsewhere"'),
        right.replace('nonce="', 'nonce="A'),
        right.replace("qop=auth, ", ""),
        right.replace("algorithm=SHA-256", "algorithm=SHA-512"),
        'Digest username="ana',
        "Basic YTpi",
    ):
        assert ask(lab, wrong).code == 401, wrong
    assert contacts(lab) == []


def test_an_agent_registers_only_their_own_address():
    lab = Lab()
    assert register(lab, to_user="bob").code == 403
    assert contacts(lab, "bob") == []


def test_another_domain_is_not_ours():
    lab = Lab()
    sent = lab.hear(request("REGISTER", "sip:elsewhere.example", at=PHONE, to=ANA), PHONE)
    assert sent[0].message.code == 403


def test_seconds_are_bounded():
    lab = Lab()
    answer = register(lab, extra="Expires: 10", call_id="short")
    assert (answer.code, answer.first("min-expires")) == (423, "30")
    assert "expires=300" in (
        register(lab, extra="Expires: 999999999999999999999", call_id="long").first("contact") or ""
    )
    assert "expires=60" in (register(lab, contact="<sip:b@172.16.0.9>;expires=60", call_id="p").lines("contact")[1])


def test_a_registration_ends():
    lab = Lab()
    register(lab)
    lab.sleep(299)
    assert contacts(lab)
    lab.sleep(1.1)
    assert contacts(lab) == []
    assert lab.other == [SaveBindings("ana")]


def test_a_jump_of_the_wall_clock_ends_no_registration():
    lab = Lab()
    register(lab)
    lab.now = type(lab.now)(lab.now.wall + 86400, lab.now.mono)
    assert contacts(lab)


def test_phones_are_removed_one_by_one_and_all_at_once():
    lab = Lab()
    register(lab, call_id="one")
    register(lab, contact="<sip:ana@172.16.0.10>", call_id="two")
    register(lab, contact="<sip:ana@172.16.0.9:40000>;expires=0", call_id="one", cseq=5)
    assert contacts(lab) == ["sip:ana@172.16.0.10"]
    assert register(lab, contact="*", call_id="three").code == 400
    assert register(lab, contact="*, <sip:x@y>", call_id="four", extra="Expires: 0").code == 400
    assert contacts(lab)
    assert register(lab, contact="*", call_id="five", extra="Expires: 0").code == 200
    assert contacts(lab) == []


def test_an_older_request_changes_nothing():
    lab = Lab()
    register(lab, cseq=10)
    assert register(lab, cseq=4, contact="<sip:ana@172.16.0.9:40000>;expires=0").code == 500
    assert contacts(lab)


def test_the_same_phone_at_a_new_address_takes_its_own_place():
    lab = Lab()
    instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"'
    register(lab, contact=f"<sip:ana@172.16.0.9:40000>;{instance}")
    moved = Flow("udp", "172.16.0.9", 40500)
    register(lab, contact=f"<sip:ana@172.16.0.9:40500>;{instance}", flow=moved, call_id="again")
    assert contacts(lab) == ["sip:ana@172.16.0.9:40500"]


def test_a_phone_that_starts_anew_is_told_from_one_that_refreshes():
    lab = Lab()
    register(lab)
    register(lab, cseq=5)
    assert lab.other == [SaveBindings("ana")], "refreshed"
    register(lab, call_id="after-the-boot")
    assert lab.other == [SaveBindings("ana"), PhoneCame("ana")]
    register(lab, call_id="after-the-boot", cseq=7, contact="<sip:ana@172.16.0.9:40000>;expires=0")
    assert lab.other == [SaveBindings("ana")], "gone"


def test_contacts_are_bounded():
    lab = Lab()
    for number in range(10):
        assert register(lab, contact=f"<sip:ana@172.16.0.{number}>", call_id=f"n{number}").code == 200
    assert register(lab, contact="<sip:ana@172.16.0.99>", call_id="n99").code == 403
    assert len(contacts(lab)) == 10


def test_a_query_lists_what_there_is_and_changes_nothing():
    lab = Lab()
    register(lab)
    text = request("REGISTER", URI, at=PHONE, to=ANA, from_=f"{ANA};tag=r", call_id="q").replace(
        "Contact: <sip:far@172.16.0.9:40000>\n", ""
    )
    challenge = lab.hear(text, PHONE)[0].message.lines("www-authenticate")[0]
    value = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    (answer,) = lab.hear(text.replace("Max-Forwards", f"Authorization: {value}\nMax-Forwards"), PHONE)
    assert answer.message.lines("contact") == ["<sip:ana@172.16.0.9:40000>;expires=300;q=1"]
    assert lab.other == []


def test_path_is_kept_and_shown():
    lab = Lab()
    answer = register(lab, extra="Supported: path\nPath: <sip:172.16.0.1;lr>, <sip:172.16.0.2;lr>")
    assert answer.lines("path") == ["<sip:172.16.0.1;lr>", "<sip:172.16.0.2;lr>"]
    assert lab.proxy.locations.of("ana", lab.now)[0].stored.path == ["<sip:172.16.0.1;lr>", "<sip:172.16.0.2;lr>"]


def test_an_address_of_another_domain_is_not_registered_here():
    lab = Lab()
    of_another: dict[str, object] = {"to": "<sip:ana@elsewhere.example>", "contact": "<sip:ana@172.16.0.9>"}
    challenge = ask(lab, **of_another).lines("www-authenticate")[0]
    value = authorization(challenge, "ana", "secret-a", "REGISTER", URI)
    assert ask(lab, value, "z9hG4bKe2", 2, **of_another).code == 404
    assert not lab.proxy.locations.has("ana", lab.now)


def test_an_extension_that_is_not_known_is_refused():
    lab = Lab()
    answer = ask(lab, extra="Require: nothingSupportsThis, path")
    assert (answer.code, answer.first("unsupported")) == (420, "nothingSupportsThis")


def test_a_registered_phone_is_no_trunk_even_in_the_trunks_network():
    lab = Lab()
    flow = Flow("udp", "10.9.3.3", 5060)
    call = request(at=flow, from_=f"{ANA};tag=ft", uri="sip:+4930555@10.9.1.1")
    assert lab.hear(call, flow)[0].message.code == 404  # the trunk's rules
    register(lab, contact="<sip:ana@10.9.3.3>", flow=flow)
    assert lab.hear(call, flow)[0].message.code == 407


def test_a_card_and_a_stranger_cannot_register_without_a_password():
    lab = Lab()
    record = {"from_": f"{ANA};tag=r", "to": ANA}
    assert lab.hear(from_card("REGISTER", URI, **record), card_flow("card-0"))[0].message.code == 403
    assert lab.hear(request("REGISTER", URI, at=STRANGER, **record), STRANGER)[0].message.code == 401
