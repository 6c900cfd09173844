"""A phone without telephony: notes what it is asked, and refuses what a test says."""

from server.linecard.worker.legs import PhoneRefused


class FakePhone:
    """`asked` lists what was asked in order; `wires` are the last patched; files in `missing` cannot be played."""

    def __init__(self):
        self.asked = []
        self.wires = set()
        self.missing = set()
        self.counters = {}
        self.levels = {}
        self.claimed = False
        self.dial_refusal = ""
        self.unanswered = 0

    def claim(self):
        if self.claimed:
            return False
        self.claimed = True
        return True

    def free(self):
        self.claimed = False

    def rest(self):
        self.asked.append(("rest",))

    def answer(self, leg, code):
        self.asked.append(("answer", leg, code))

    def dial(self, leg, target, caller, headers):
        if self.dial_refusal:
            raise PhoneRefused(self.dial_refusal)
        self.asked.append(("dial", leg, target, caller, list(headers)))

    def hang_up(self, leg, code, elsewhere):
        self.asked.append(("hang_up", leg, code, elsewhere))

    def refresh(self, leg):
        self.asked.append(("refresh", leg))

    def has_room(self, legs):
        return legs + self.unanswered < 4

    def lingering(self):
        return self.unanswered

    def forget(self, leg):
        self.asked.append(("forget", leg))

    def play(self, player, path, loop):
        if path in self.missing:
            raise PhoneRefused("not found")
        self.asked.append(("play", player, path, loop))

    def stop_player(self, player):
        self.asked.append(("stop_player", player))

    def patch(self, wires):
        self.wires = set(wires)

    def press(self, leg, digits):
        self.asked.append(("press", leg, digits))

    def record(self, token, path, tracks):
        self.asked.append(("record", token, path, tracks))

    def finish_recording(self, token):
        self.asked.append(("finish_recording", token))

    def figures(self, leg):
        return self.counters.get(leg)

    def loudness(self, leg):
        return self.levels.get(leg, 0)
