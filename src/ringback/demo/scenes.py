"""Scripted scenes: short plays on the made-up town, with a caption a step. The product is the real one throughout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ringback.demo import rows, town
from ringback.demo.practice import EXTRAS, LINES, MAIN, SETTLE_SECONDS, ZONE
from ringback.engine import clock

MARIA, JAMES, DANA, ROBERT, AISHA, TOM = (
    "+12025550143", "+13015550112", "+12025550128", "+17035550151", "+13015550174", "+12405550186",
)  # fmt: skip
RIVERSIDE, OAKWOOD, LAKESIDE = LINES


class Stopped(Exception):
    """The scene was stopped, or another began."""


@dataclass(slots=True)
class Stage:
    """What is playing now. `phone` is the number the visitor's phone should show; `turn` bids the visitor act."""

    scene: str = ""
    captions: list[str] = field(default_factory=list)
    phone: str = ""
    turn: str = ""
    done: bool = True
    run: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


STAGE = Stage()


class Play:
    """What a scene's script may do."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._seen: dict[str, int] = {}

    def _still(self) -> None:
        if STAGE.run != self._run:
            raise Stopped

    def say(self, caption: str) -> None:
        self._still()
        STAGE.captions.append(caption)

    def wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._still()
            time.sleep(min(0.1, seconds))

    def ring(self, sender: str, to: str = MAIN, kind: str = "ring_out", words: str = "", wait: bool = False) -> None:
        self._still()
        town.call(sender, to, kind, words, seconds=1.5, wait=wait)

    def until_texted(self, number: str, seconds: float = 30.0) -> bool:
        """Wait until the phone gets a text it had not; False when none comes."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._still()
            found = [m for m in town.messages(number, self._seen.get(number, 0), wait=1.0) if not m["mine"]]
            if found:
                self._seen[number] = found[-1]["place"]
                return True
        return False

    def reply(self, number: str, body: str, to: str = MAIN) -> None:
        self._still()
        town.text(number, to, body)

    def until_paged(self, pages: int = 1, seconds: float = 15.0) -> bool:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if sum(1 for n in rows.notices(30) if n["kind"] == "page" and n["created_at"] > self.began) >= pages:
                return True
            self.wait(0.4)
        return False

    began: datetime

    def set(self, *numbers: str, at: datetime | None = None) -> None:
        """Begin: the callers' past is forgotten, the clock moved (None: left where it is)."""
        self._still()
        if at is not None:
            rows.move_clock(at)
        rows.forget(list(numbers))
        for number in numbers:
            found = town.messages(number)
            self._seen[number] = found[-1]["place"] if found else 0
        self.began = clock.now()


def local(now: datetime) -> datetime:
    """A moment in the practice's zone."""
    return now.astimezone(ZoneInfo(ZONE))


def next_at(hour: int, minute: int = 0, *, weekday: int | None = None, weekdays: Sequence[int] = range(7)) -> datetime:
    """The next time the practice's wall clock shows this (0 is Monday), seen from the moved clock."""
    day = local(clock.now()).replace(hour=hour, minute=minute, second=0, microsecond=0)
    wanted = (weekday,) if weekday is not None else tuple(weekdays)
    while day <= local(clock.now()) or day.weekday() not in wanted:
        day += timedelta(days=1)
    return day


def _office_hours() -> datetime | None:
    """None while all sites are open, else the next weekday at ten."""
    now = local(clock.now())
    if now.weekday() < 5 and (8 <= now.hour < 11 or 13 <= now.hour < 16):
        return None
    return next_at(10, 5, weekdays=range(5))


def monday(play: Play) -> None:
    """Monday, 8:00, three sites: seven callers in the first minute."""
    play.set(MARIA, AISHA, TOM, *EXTRAS[:4], at=next_at(8, 1, weekday=0))
    play.say("Monday, 8:01. Three sites open, everybody calls at once. Two people answer the phones.")
    STAGE.phone = MARIA
    play.ring(MARIA, RIVERSIDE)
    play.wait(0.8)
    play.ring(EXTRAS[0], OAKWOOD)
    play.ring(TOM, RIVERSIDE, "busy")
    play.wait(0.7)
    play.ring(EXTRAS[1], LAKESIDE, "hang_up")
    play.ring(AISHA, RIVERSIDE)
    play.wait(0.6)
    play.ring(EXTRAS[2], OAKWOOD, "voicemail", "Hi, I have had a sore throat since Friday, do you have anything today?")
    play.ring(EXTRAS[3], OAKWOOD, "answered")
    play.say("Rang out, busy, hung up, voicemail: each becomes a case. One was answered, so nothing happens to it.")
    play.wait(3.0)
    play.ring(AISHA, RIVERSIDE, "answered", wait=True)
    play.say(f"Aisha redialled and was answered inside the {SETTLE_SECONDS} second settle window: she gets no text.")
    if play.until_texted(MARIA):
        play.say(
            "The others have their text, seconds after the missed call. It could be read by anybody: no name, no reason."
        )
    play.wait(2.0)
    play.reply(MARIA, "2", RIVERSIDE)
    if play.until_texted(EXTRAS[0], 6):
        play.reply(EXTRAS[0], "1", OAKWOOD)
    play.say("Maria answers 2, the new caller at Oakwood answers 1: each gets a link that acts only after a check.")
    play.wait(2.5)
    play.until_texted(EXTRAS[1], 6)
    play.reply(EXTRAS[1], "URGENT my son is wheezing", LAKESIDE)
    if play.until_paged():
        play.say("URGENT: the 911 line goes at once, and the triage nurse is paged. Every word of why is on the wall.")
    STAGE.turn = "Acknowledge the page, open Maria's link, or move the clock 2 h to see who never replied."


def lunch(play: Play) -> None:
    """Lunch: the desk is closed, a refill is asked for, the task waits for people to be back."""
    play.set(DANA, at=next_at(12, 20, weekdays=range(5)))
    STAGE.phone = DANA
    play.say("12:20. Riverside is at lunch until 1 PM. Dana calls, it rings out.")
    play.ring(DANA, wait=True)
    if play.until_texted(DANA):
        play.say("The text says that the office is closed now, and promises nothing that nobody keeps.")
    play.wait(2.0)
    play.reply(DANA, "refill please")
    play.until_texted(DANA, 10)
    play.say("Her refill is a task for the clinical team. Its clock counts business time: lunch is not in it.")
    STAGE.turn = "Finish the task on the wall when the team is back: +15 min, three times."


def night(play: Play) -> None:
    """Two in the morning, urgent: a page every two minutes until somebody acknowledges."""
    play.set(ROBERT, at=next_at(2, 0))
    STAGE.phone = ROBERT
    play.say("2:00 AM. Robert calls, nobody is there.")
    play.ring(ROBERT, wait=True)
    play.until_texted(ROBERT)
    play.wait(1.5)
    play.reply(ROBERT, "I have chest pressure and can't get my breath")
    play.say("He never writes the word urgent. It is read as urgent all the same.")
    play.until_texted(ROBERT, 10)
    if play.until_paged():
        play.say("He has the 911 line; the nurse on call is paged. She does not answer...")
    play.wait(3.0)
    rows.move_clock(clock.now() + timedelta(minutes=2, seconds=5))
    if play.until_paged(2):
        play.say("...so two minutes later the next on the list is paged, and from the third page on an officer too.")
    STAGE.turn = "You hold the pager: press Acknowledge. Or wait, and see whom it pages next."


def reschedule(play: Play) -> None:
    """A visit to move: the patient does it with their own hand."""
    play.set(MARIA, at=_office_hours())
    STAGE.phone = MARIA
    play.say("Maria has a visit in three days and calls while every line is taken.")
    play.ring(MARIA, kind="busy", wait=True)
    play.until_texted(MARIA)
    play.wait(1.5)
    play.reply(MARIA, "I need to move my appointment to another day")
    if play.until_texted(MARIA, 12):
        play.say("She wrote it in her own words and gets a link. It shows nothing until name and birth date are given.")
    STAGE.turn = "Tap the link. Her name is Maria Lopez, born 07/21/1984."


def cancel(play: Play) -> None:
    """CANCEL by mistake: an opt-out by law, and an appointment nobody may lose."""
    play.set(JAMES, at=_office_hours())
    STAGE.phone = JAMES
    play.say("James asked for a call back. He calls again, it rings out.")
    play.ring(JAMES, wait=True)
    play.until_texted(JAMES)
    play.wait(1.5)
    play.reply(JAMES, "CANCEL")
    play.until_texted(JAMES, 10)
    play.say("CANCEL on its own is an opt-out by law: no more texts. But he may have meant his visit,")
    play.wait(2.5)
    play.say("so the answer says that no appointment was changed, and a person has a task to call him.")
    STAGE.turn = "His number is never texted again until he writes START. The task lives on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene as the page offers it."""

    name: str
    title: str
    about: str
    script: Callable[[Play], None]


SCENES = (
    Scene(name="monday", title="Monday, 8 AM", about="Three sites, seven callers in one minute", script=monday),
    Scene(name="lunch", title="Lunch", about="The desk is closed, a refill is asked for", script=lunch),
    Scene(name="night", title="2 AM, urgent", about="A page that does not give up", script=night),
    Scene(name="reschedule", title="Reschedule", about="Moved by the patient's own hand", script=reschedule),
    Scene(name="cancel", title="CANCEL by mistake", about="Opted out, and still not lost", script=cancel),
)


def play(name: str) -> None:
    """Start a scene; whatever plays now stops. KeyError when there is none of this name."""
    scene = {one.name: one for one in SCENES}[name]
    with STAGE.lock:
        STAGE.run += 1
        STAGE.scene, STAGE.captions, STAGE.turn, STAGE.done, STAGE.phone = name, [], "", False, ""
        run = STAGE.run
    threading.Thread(target=_played, args=(scene, run), daemon=True, name=f"scene {name}").start()


def stop() -> None:
    """Stop what plays."""
    with STAGE.lock:
        STAGE.run += 1
        STAGE.scene, STAGE.captions, STAGE.turn, STAGE.done, STAGE.phone = "", [], "", True, ""


def _played(scene: Scene, run: int) -> None:
    try:
        scene.script(Play(run))
    except Stopped:
        return
    except (town.TownAway, ValueError) as wrong:
        if STAGE.run == run:
            STAGE.captions.append(f"The made-up phone network stumbled ({wrong}). Play it again.")
    finally:
        if STAGE.run == run:
            STAGE.done = True
