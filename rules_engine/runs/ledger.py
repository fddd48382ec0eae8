"""Writing down what became of a run and its steps, each outcome with all that it brought about in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules_engine.events.build import Origin
from rules_engine.runs import steps as moves
from rules_engine.runs.actions.planned import Write
from rules_engine.runs.bench import Bench
from rules_engine.runs.course import Course
from rules_engine.runs.effects import Effects, effects_of, noticed
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.states import Move, after
from rules_engine.store.records import Batch, Cause, Run, Step


def record(bench: Bench, course: Course, step: Step, effects: Effects | None = None) -> Step:
    """Commit a step's outcome with its effects, and say what came of it."""
    reaction = commit(bench, course, step, effects)
    bench.observer.step_moved(course.run, step)
    _tell(bench, effects, reaction)
    return step


def commit(bench: Bench, course: Course, step: Step, effects: Effects | None = None) -> Reaction:
    """Write the step, and what its effect brought about, in one transaction; an intent is durable by this."""
    reaction = Reaction()
    if effects is not None:
        reaction = bench.reactor.react(effects.events, bench.snapshot, bench.clock.now())
    bench.store.commit(
        bench.account,
        reaction.into(
            Batch(
                runs=[course.run],
                steps=[*course.unsaved, step],
                objects=effects.objects if effects else (),
                touched=[(one.resource, one.project_id) for one in effects.objects] if effects else (),
                events=effects.events if effects else (),
                budget=bench.budget(),
            )
        ),
    )
    course.unsaved.clear()
    course.touched = True
    return reaction


def announce(bench: Bench, course: Course, intent: Step, write: Write) -> None:
    """Make the intent durable, together with what planning it has shown of the world."""
    feed = bench.store.feeds(bench.account).get(write.resource.name) if write.fresh else None
    effects = noticed(
        write,
        snapshot=bench.snapshot,
        account=bench.account,
        at=bench.clock.now(),
        seen_from=feed.good_at if feed is not None else None,
    )
    bench.snapshot.lay(effects.objects)
    reaction = commit(bench, course, intent, effects)
    _tell(bench, effects, reaction)


def _tell(bench: Bench, effects: Effects | None, reaction: Reaction) -> None:
    for event in effects.events if effects else ():
        bench.observer.event_seen(event)
    reaction.tell(bench.observer)


def note(bench: Bench, course: Course, step: Step) -> Step:
    """Keep a decision that has no effect of its own: it is committed with the next step's, before anything is sent."""
    course.unsaved.append(step)
    bench.observer.step_moved(course.run, step)
    return step


def rest(bench: Bench, course: Course, move: Move) -> Run:
    """Bring the run to rest and say so; a run that waits on as before is given back as it was."""
    troubled = [one for one in course.records.values() if one.status in moves.TROUBLED]
    error = course.run.error or "; ".join(f"step {one.n} ({one.action}): {one.error}" for one in troubled)
    due = course.until if move is Move.WAIT else None
    course.run = replace(course.run, status=after(course.run.status, move), due_at=due, error=error)
    if not course.touched and not course.unsaved and course.run == course.begun:
        return course.begun
    bench.store.commit(bench.account, Batch(runs=[course.run], steps=list(course.unsaved)))
    course.unsaved.clear()
    bench.observer.run_moved(course.run)
    return course.run


def set_aside(bench: Bench, run: Run, error: str) -> Run:
    """End a run that can't be carried out at all, so that it is seen and the others go on.

    One with a request that may have taken effect is parked: only a person can say now whether it did.
    """
    lost = [moves.parked(step) for step in bench.store.steps(run.id) if step.status in moves.OPEN]
    begun = after(run.status, Move.BEGIN)
    ended = replace(run, status=after(begun, Move.PARK if lost else Move.FAIL), due_at=None, error=error)
    bench.store.commit(bench.account, Batch(runs=[ended], steps=lost))
    bench.observer.run_moved(ended)
    return ended


def take_effect(bench: Bench, course: Course, write: Write, answer: Mapping[str, Any] | None) -> Effects:
    """What a write that took effect changes; from here on the snapshot shows it."""
    effects = effects_of(
        write,
        answer,
        snapshot=bench.snapshot,
        account=bench.account,
        origin=origin_of(course),
        at=bench.clock.now(),
    )
    bench.snapshot.lay(effects.objects)
    return effects


def origin_of(course: Course) -> Origin:
    """Who stands behind what this run brings about."""
    return Origin(cause=Cause.SELF, rule_id=course.rule.id, run_id=course.run.id, depth=course.run.depth + 1)
