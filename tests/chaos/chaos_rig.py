"""Rounds of edits, lives that end at a point or at any moment, a calm life, and the judge's word."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos_clock import FastClock
from chaos_judge import StoreView, Verdict, judge, judge_events, judge_files, judge_limits
from chaos_process import Launcher, Life
from chaos_scenario import CONFIGURATION, DOOMED, EDITS, RULES, Edit, Fault, Somebody

from rules_engine.sandbox import running_sandbox

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from receiver import Receiver, running_receiver

KEY = "dt_chaos_0123456789abcdef"
RATE = 100.0
FEEDS = 4
"""Projects, leads, and the tasks of two projects."""
PATIENCE = 30.0
"""Seconds in which a life must come to its point or to rest; far more than it takes."""
CALM = 60.0
"""Seconds in which everything must have come to rest; far more than it takes."""
TICKS_AT_REST = 20
"""So many ticks after all has come to rest, a point that was not reached will not be."""

Plan = tuple[tuple[str, int], ...]
"""At the n-th crossing of which name each life of a round ends; `("", 0)` is any moment."""
ANY_MOMENT = ("", 0)


@dataclass(slots=True)
class Tally:
    """What a rig has come to."""

    kills: Counter[str] = field(default_factory=Counter)
    """By the point at which it was; `any moment` for those from outside."""
    not_reached: Counter[str] = field(default_factory=Counter)
    crossed: Counter[str] = field(default_factory=Counter)
    resumes: list[float] = field(default_factory=list)
    """Seconds from a kill to the first answer that the next process got."""
    edits: Counter[str] = field(default_factory=Counter)
    effects: int = 0
    parked: int = 0
    rounds: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what another rig has come to."""
        for name in ("kills", "not_reached", "crossed", "edits", "faults"):
            getattr(self, name).update(getattr(other, name))
        self.resumes += other.resumes
        self.violations += other.violations
        self.effects += other.effects
        self.parked += other.parked
        self.rounds += other.rounds


@dataclass(slots=True, kw_only=True)
class World:
    """A sandbox, a receiver, a folder with the program's files, and somebody who edits."""

    folder: Path
    sandbox: Any
    receiver: Receiver
    launcher: Launcher
    clock: FastClock
    somebody: Somebody
    rng: random.Random
    tally: Tally
    edits: list[Edit] = field(default_factory=list)
    killed_at: float = 0.0
    _ticks_at_rest: int | None = None

    @property
    def store(self) -> StoreView:
        """The store's file."""
        return StoreView(self.folder / "rules-engine.db")

    @property
    def history(self) -> list[dict[str, Any]]:
        """What really happened."""
        found: list[dict[str, Any]] = self.sandbox.state.history()
        return found

    def write_rules(self, *, doomed: bool) -> None:
        """The rules of this round, replaced whole as an editor does."""
        new = self.folder / "rules.new"
        new.write_text(RULES + (DOOMED if doomed else ""), encoding="utf-8")
        new.replace(self.folder / "rules" / "rules.yaml")

    def live(self, die_at: tuple[str, int] = ANY_MOMENT) -> Life:
        """Start the program."""
        environ = {"DASHTRACK_API_KEY": KEY, "DASHTRACK_BASE_URL": self.sandbox.base_url}
        return self.launcher.start(self.folder, ["run"], environ, die_at=die_at)

    def end(self, life: Life, die_at: tuple[str, int]) -> None:
        """Let a life come to its point, or to where it will not come to it any more, or to any moment; end it there."""
        self._ticks_at_rest = None
        if die_at[0]:
            until(lambda: self.launcher.wait(life, 0.03) or self._is_past(life), PATIENCE)
        else:
            self.launcher.wait(life, self.rng.uniform(0.0, 0.9))
        self.launcher.kill(life)
        self._note(life, die_at)

    def _is_past(self, life: Life) -> bool:
        """Whether a life that is at rest has ticked on for nothing."""
        if not self._is_at_rest():
            self._ticks_at_rest = None
            return False
        ticks = sum(one.name == "tick.before" for one in life.crossings)
        if self._ticks_at_rest is None:
            self._ticks_at_rest = ticks
        return ticks - self._ticks_at_rest >= TICKS_AT_REST

    def _note(self, life: Life, die_at: tuple[str, int]) -> None:
        crossings = life.crossings
        self.tally.crossed.update(one.name for one in crossings)
        name = die_at[0] or "any moment"
        if life.code != -signal.SIGKILL:
            self.tally.violations.append(f"the program ended by itself with {life.code}: {life.said[-2000:]}")
        elif die_at[0] and not (crossings and crossings[-1].died):
            self.tally.not_reached[name] += 1
            self.tally.kills["any moment"] += 1
        else:
            self.tally.kills[name] += 1
        answered = [one.at for one in crossings if one.name == "read.answered"]
        if self.killed_at and answered:
            self.tally.resumes.append(answered[0] - self.killed_at)
            self.killed_at = 0.0
        self.killed_at = self.killed_at or life.ended

    # -- a round ---------------------------------------------------------------------------------------------

    def round(self, plan: Plan, kinds: list[str], *, doomed: bool, fault: Fault | None = None) -> Verdict:
        """Edits, then one life after the other as planned, then a calm one to its end; judged."""
        self.tally.rounds += 1
        self.tally.edits.update(kinds)
        reload = any(name == "rules.changed" for name, _ in plan)
        if not reload:
            self.write_rules(doomed=doomed)
        self.edits += self.somebody.edits(kinds)
        if doomed:
            self.somebody.raise_priority()
        self._set_fault(fault)
        for die_at in plan:
            life = self.live(die_at)
            if die_at[0] == "rules.changed":
                self._edit_while(life, doomed=doomed)
            self.end(life, die_at)
        self.sandbox.state.clear_faults()
        return self._calm()

    def begin_what_is_doomed(self) -> None:
        """A run that waits for long, and a schedule, of rules that other rules will lack."""
        self.write_rules(doomed=True)
        life = self.live()
        until(lambda: any(one.name == "tick.before" for one in life.crossings), PATIENCE)
        self.somebody.raise_priority()
        if not until(self.store.has_doomed, CALM):
            self.tally.violations.append(f"the doomed rule began no run: {life.said[-1500:]}")
        self.launcher.kill(life)
        self._note(life, ANY_MOMENT)

    def _edit_while(self, life: Life, *, doomed: bool) -> None:
        """Edit the rules of a program that is at work."""
        until(lambda: any(one.name == "tick.before" for one in life.crossings), PATIENCE)
        self.write_rules(doomed=doomed)

    def _set_fault(self, fault: Fault | None) -> None:
        if fault is None:
            return
        kind, how = fault
        self.tally.faults[kind] += 1
        self.sandbox.state.fault(kind, **how)

    def _calm(self) -> Verdict:
        """A life to which nothing happens; it ends when all has come to rest, and is killed then."""
        life = self.live()
        rested = until(lambda: life.code is not None or self._is_at_rest(), CALM)
        verdict = self.verdict()
        if not rested:
            verdict.problems.append(f"I2 not at rest after {CALM:.0f} seconds: {life.said[-1500:]}")
        self.launcher.kill(life)
        self._note(life, ANY_MOMENT)
        return verdict

    def _is_at_rest(self) -> bool:
        return self.store.under_way() == 0 and not self.verdict().missing

    def verdict(self) -> Verdict:
        """The judge's word on everything so far."""
        messages = [(headers["webhook-id"], body) for _, headers, body in list(self.receiver.got)]
        return judge(self.edits, self.history, messages=messages, store=self.store)

    # -- the beginning and the end -----------------------------------------------------------------------------

    def take_baseline(self, plan: Plan = ()) -> None:
        """The first look, perhaps with deaths in it: there must be no event."""
        for die_at in plan:
            self.end(self.live(die_at), die_at)
        life = self.live()
        until(lambda: self.store.has_baselines(FEEDS), CALM)
        self.launcher.kill(life)
        self._note(life, ANY_MOMENT)
        if not self.store.has_baselines(FEEDS):
            self.tally.violations.append(f"no baseline was taken: {life.said[-1500:]}")
        if self.store.events():
            self.tally.violations.append("I3 the first look gave events")

    def finish(self) -> None:
        """The last judgement."""
        verdict = self.verdict()
        self.tally.parked += verdict.parked
        self.tally.effects += sum(len(edit.effects) + len(edit.messages) for edit in self.edits)
        history = self.history
        self.tally.violations += [
            *verdict.in_words(),
            *judge_events(history, self.store),
            *judge_files(self.folder, self.store, KEY),
            *judge_limits(history),
        ]


def until(holds: Any, seconds: float) -> bool:
    """Wait until something holds; whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return bool(holds())


@contextmanager
def world_in(folder: Path, seed: int, tally: Tally, *, planted: str = "") -> Iterator[World]:
    """A fresh world, before its first look; `planted` names a mistake that its engine makes."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "rules").mkdir(parents=True)
    clock = FastClock.begun_now(RATE)
    rng = random.Random(seed)
    with ExitStack() as stack:
        launcher = stack.enter_context(Launcher(clock, planted=planted))
        sandbox = stack.enter_context(running_sandbox(clock=clock, random=random.Random(seed)))
        receiver = stack.enter_context(running_receiver())
        sandbox.state.add_key(KEY)
        (folder / "rules-engine.yaml").write_text(CONFIGURATION.replace("RECEIVER", receiver.url))
        somebody = Somebody(sandbox.state, rng)
        somebody.settle_in()
        world = World(
            folder=folder,
            sandbox=sandbox,
            receiver=receiver,
            launcher=launcher,
            clock=clock,
            somebody=somebody,
            rng=rng,
            tally=tally,
        )
        world.write_rules(doomed=False)
        yield world


def kinds_for(rng: random.Random) -> list[str]:
    """Some kinds of edits, none twice."""
    return rng.sample(sorted(EDITS), rng.randint(2, 5))
