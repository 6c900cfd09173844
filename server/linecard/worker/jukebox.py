"""What plays to the legs: files one after the other, and music for who is left alone."""

from collections.abc import Callable
from typing import Any

from server.linecard.worker.legs import Leg, Phone, PhoneRefused, Playing
from server.wire import linecard

MAX_FILES = 64


class Jukebox:
    """Plays for the conversation. `say` takes an event's type and fields; `music` is the file of last resort."""

    def __init__(self, phone: Phone, say: Callable[..., Any], music: str) -> None:
        self._phone = phone
        self._say = say
        self._music = music
        self._last_loop = ""
        self._players = 0

    def play(self, leg: Leg, files: list[str], loop: bool, token: str) -> list[str]:
        """Play `files` to `leg` instead of what played there. Returns a sentence for each file that cannot be
        played."""
        self.stop(leg)
        if loop and files:
            self._last_loop = files[-1]
        skipped = files[MAX_FILES:]
        leg.playing = Playing(0, files[:MAX_FILES], loop, token, index=-1)
        return [f"more than {MAX_FILES} files: {len(skipped)} left out"] * bool(skipped) + self.next_file(leg)

    def next_file(self, leg: Leg) -> list[str]:
        """Go on to the next file, or say that the play is over. Returns a sentence for each file that was skipped."""
        playing, refusals = leg.playing, []
        if playing is None:
            return []
        if playing.player:
            self._phone.stop_player(playing.player)
        while playing.index + 1 < len(playing.files):
            playing.index += 1
            self._players += 1
            path = playing.files[playing.index]
            try:
                self._phone.play(self._players, path, playing.loop and playing.index + 1 == len(playing.files))
            except PhoneRefused as refusal:
                refusals.append(f"{path} cannot be played: {refusal}")
                continue
            playing.player = self._players
            return refusals
        leg.playing = None
        if playing.token is not None:
            self._say(linecard.Played, leg=leg.name, token=playing.token)
        return refusals

    def stop(self, leg: Leg) -> None:
        """Stop what plays to `leg`, if anything does."""
        playing, leg.playing = leg.playing, None
        if playing is None:
            return
        self._phone.stop_player(playing.player)
        if playing.token is not None:
            self._say(linecard.Played, leg=leg.name, token=playing.token, stopped=True)

    def comfort(self, leg: Leg) -> None:
        """Music without a token: the last file that looped in this conversation, or the file of last resort."""
        for path in (self._last_loop, self._music):
            if path and leg.playing is None:
                leg.playing = Playing(0, [path], True, None, index=-1)
                self.next_file(leg)

    def forget(self) -> None:
        """The conversation is over."""
        self._last_loop = ""
