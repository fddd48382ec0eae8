"""Guards taken out of the source, one at a time, and the tests that must notice.

A patch is an exact text and what stands in its place. A text that is not there, or there more than once, is an error,
so that a patch can't be passed over when the code moves on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake that somebody could make."""

    name: str
    file: str
    """Under `rules_engine/`."""
    old: str
    new: str
    tests: tuple[str, ...]
    """Arguments of pytest: where the mistake is likely to show."""
    quick: bool = False
    """Whether the short form, which CI runs, has it."""


LOST = "tests/test_engine_lost_answers.py"
CHANGES = "tests/test_engine_changes.py"
CONTROL = "tests/test_engine_control.py"
TIME = "tests/test_engine_time.py"
FOUND = "tests/simulation/test_found_by_simulation.py"

MUTANTS: tuple[Mutant, ...] = (
    # -- intents and lost answers --------------------------------------------------------------------
    Mutant(
        name="no intent before the request",
        file="runs/writing.py",
        old="    ledger.announce(bench, course, intent, write)\n",
        new="",
        tests=(LOST, "-k", "killed_between_request_and_record"),
        quick=True,
    ),
    Mutant(
        name="an intent without an outcome is sent again",
        file="engine.py",
        old="            moves.interrupted(step, at=now)\n",
        new="            replace(step, status=StepStatus.NOT_SENT, sent_at=None)\n",
        tests=(LOST, "-k", "killed_between_request_and_record"),
    ),
    Mutant(
        name="no mark is looked for",
        file="runs/reconcile.py",
        old="    return any(mark_in(text) == suspect.step.mark for text in texts)\n",
        new="    return False\n",
        tests=(LOST, "-k", "lost_create or adopted"),
        quick=True,
    ),
    Mutant(
        name="a copy is taken for the original",
        file="runs/reconcile.py",
        old="(item for item in unknown if _bears_mark(suspect, item)), key=_age)\n",
        new="(item for item in unknown if _bears_mark(suspect, item)), key=_age, reverse=True)\n",
        tests=("tests/runs/test_reconcile.py",),
    ),
    Mutant(
        name="a copy that the poll sees first is taken for the original",
        file="runs/ownership.py",
        old="            oldest = min(objects,",
        new="            oldest = max(objects,",
        tests=("tests/runs/test_ownership.py",),
    ),
    Mutant(
        name="no quiescence",
        file="runs/reconcile.py",
        old="    if now - step.sent_at < policy.quiescence:\n        return Resolution.WAIT\n",
        new="",
        tests=(LOST, "-k", "quiescence"),
        quick=True,
    ),
    Mutant(
        name="one look after quiescence is enough",
        file="runs/reconcile.py",
        old="LOOKS_AFTER_QUIESCENCE = 2\n",
        new="LOOKS_AFTER_QUIESCENCE = 1\n",
        tests=("tests/runs/test_reconcile.py",),
    ),
    Mutant(
        name="a crash does not begin quiescence anew",
        file="runs/steps.py",
        old="        status=StepStatus.UNKNOWN,\n        sent_at=at,\n        looks=0,\n",
        new="        status=StepStatus.UNKNOWN,\n",
        tests=("tests/runs/test_reconcile.py",),
    ),
    Mutant(
        name="a list that lacks what is known says that nothing was made",
        file="runs/reconcile.py",
        old="    return Finding(Sight.NOT_DONE if complete else Sight.INCOMPLETE)\n",
        new="    return Finding(Sight.NOT_DONE)\n",
        tests=("tests/runs/test_reconcile.py", "-k", "anew"),
    ),
    Mutant(
        name="resent for ever",
        file="runs/reconcile.py",
        old="MOST_ATTEMPTS = 3\n",
        new="MOST_ATTEMPTS = 1000\n",
        tests=("tests/runs/test_reconcile.py",),
    ),
    Mutant(
        name="notes to clients are resent",
        file="runs/settings.py",
        old='"create_note": "park"',
        new='"create_note": "resend"',
        tests=("tests/runs/test_settings.py",),
        quick=True,
    ),
    Mutant(
        name="what is not signed is resent",
        file="runs/reconcile.py",
        old='        return Resolution.WAIT_COUNTED\n    may_resend = policy.when_unknown(step.action) == "resend" and step.attempts < MOST_ATTEMPTS\n    return Resolution.RESEND if may_resend and step.mark else Resolution.PARK\n',
        new="        return Resolution.WAIT_COUNTED\n    return Resolution.RESEND\n",
        tests=(LOST, "-k", "parked or without_signatures"),
    ),
    Mutant(
        name="the answer to a lost create is not looked for at once",
        file="runs/writing.py",
        old="            record = ledger.record(bench, course, moves.unknown(intent, outcome))\n            return _look_again(bench, course, step, suspect_of(record, write.resource))\n",
        new="            return ledger.record(bench, course, moves.unknown(intent, outcome))\n",
        tests=(LOST, "-k", "adopted_at_once"),
    ),
    Mutant(
        name="a foreign edit after a lost update is written over",
        file="runs/reconcile.py",
        old="        return Resolution.GIVE_WAY\n",
        new="        return Resolution.RESEND\n",
        tests=(LOST, "-k", "foreign_edit"),
        quick=True,
    ),
    Mutant(
        name="a lost update is resent while reads may lag",
        file="runs/reconcile.py",
        old="    if step.sent_at is not None and now - step.sent_at < READ_LAG:\n        return Resolution.WAIT\n",
        new="",
        tests=("tests/runs/test_reconcile.py", "-k", "lag"),
    ),
    Mutant(
        name="a delete that finds nothing is never done",
        file="runs/reconcile.py",
        old="        return Finding(Sight.DONE if gone else Sight.FOREIGN)\n",
        new="        return Finding(Sight.FOREIGN)\n",
        tests=(LOST, "-k", "lost_delete"),
    ),
    Mutant(
        name="what a lost write did is taken for somebody else's",
        file="runs/look.py",
        old="            awaited=awaited_effects(looked_for),\n",
        new="",
        tests=(FOUND, "-k", "never_somebody_elses"),
    ),
    Mutant(
        name="a write beside one in doubt",
        file="runs/writing.py",
        old="    if _contended(bench, planned):\n",
        new="    if False:\n",
        tests=(FOUND, "-k", "in_doubt"),
    ),
    Mutant(
        name="a lost write is reported as not sent",
        file="dashtrack/client.py",
        old="            return Unknown(str(failure)) if failure.sent else NotSent(str(failure))\n",
        new="            return NotSent(str(failure))\n",
        tests=("tests/dashtrack/test_client_writes.py", LOST, "-k", "unknown or lost or broke"),
    ),
    Mutant(
        name="a message gets another id with each attempt",
        file="runs/delivering.py",
        old="bench.post.deliver(to, message_id=intent.mark,",
        new='bench.post.deliver(to, message_id=f"{intent.mark}{intent.attempts}",',
        tests=("tests/test_engine_endpoints.py", "-k", "same_id"),
    ),
    # -- the store -----------------------------------------------------------------------------------
    Mutant(
        name="a look in two transactions",
        file="store/writing.py",
        old="            _write_look(connection, account, batch)\n            _write_runs(connection, account, batch)\n",
        new='            _write_look(connection, account, batch)\n            connection.exec_driver_sql("COMMIT")\n            connection.exec_driver_sql("BEGIN IMMEDIATE")\n            _write_runs(connection, account, batch)\n',
        tests=("tests/store/test_store.py", "-k", "no_event_behind"),
        quick=True,
    ),
    Mutant(
        name="an event twice",
        file="store/writing.py",
        old="    add(connection, t.events, [rows.event_row(account, event) for event in batch.events])\n",
        new="    connection.execute(t.events.insert(), [rows.event_row(account, one) for one in batch.events]) if batch.events else None\n",
        tests=("tests/store/test_store.py", "-k", "twice"),
    ),
    Mutant(
        name="no fence on writing transactions",
        file="store/transactions.py",
        old="        if fence != claim.fence:\n            raise lost(claim)\n",
        new="",
        tests=("tests/store/test_claims.py",),
    ),
    Mutant(
        name="a store that was swapped is written on",
        file="store/transactions.py",
        old="        if _identity(self._place) != self._identity:\n",
        new="        if False:\n",
        tests=("tests/store/test_sqlite_store.py", "-k", "replaced"),
        quick=True,
    ),
    Mutant(
        name="a cancelled run comes back",
        file="store/writing.py",
        old='    t.runs.c.id == bindparam("of_run"), t.runs.c.status != RunStatus.CANCELLED.value\n',
        new='    t.runs.c.id == bindparam("of_run")\n',
        tests=("tests/store/test_store.py", "-k", "cancelled"),
    ),
    Mutant(
        name="once_per is forgotten",
        file="store/writing.py",
        old="    upsert(connection, t.spent, [rows.spent_row(account, one) for one in batch.spent])\n",
        new="",
        tests=("tests/store/test_store.py",),
    ),
    Mutant(
        name="the event of a hold is pruned",
        file="store/retention.py",
        old="t.events.c.id.not_in(in_use.union(held)),",
        new="t.events.c.id.not_in(in_use),",
        tests=("tests/store/test_timers_and_facts.py", TIME, "-k", "retention"),
    ),
    # -- looking -------------------------------------------------------------------------------------
    Mutant(
        name="a first look that fires",
        file="polling/poll.py",
        old="            baseline=feed.baseline_at is None,\n",
        new="            baseline=False,\n",
        tests=(CHANGES, "-k", "baseline"),
        quick=True,
    ),
    Mutant(
        name="absent is deleted without a read by id",
        file="polling/poll.py",
        old="            return Confirmation(Verdict.THERE, self.reader.read_object(resource, object_id))\n",
        new="            return Confirmation(Verdict.GONE)\n",
        tests=(CHANGES, "-k", "lies"),
        quick=True,
    ),
    Mutant(
        name="a mass deletion is believed",
        file="polling/vanished.py",
        old="    return vanished > max(limits.count, int(known * limits.share))\n",
        new="    return False\n",
        tests=("tests/polling/test_vanished.py", CHANGES, "-k", "mass or many"),
    ),
    Mutant(
        name="what can't be read by id is gone at the first look without it",
        file="polling/vanished.py",
        old="stored.missing_looks >= limits.looks",
        new="stored.missing_looks >= 1",
        tests=(CHANGES, "-k", "note"),
    ),
    Mutant(
        name="no canonical form",
        file="polling/canonical.py",
        old="    if kind in {Kind.WORD, Kind.WORDS}:\n        return text.casefold()\n",
        new="",
        tests=("tests/polling/test_canonical.py", "tests/polling/test_diff.py"),
        quick=True,
    ),
    Mutant(
        name="no fence against reads that lag",
        file="polling/diff.py",
        old="    return stored.fence is not None and stored.fence_until is not None and at < stored.fence_until\n",
        new="    return False\n",
        tests=("tests/polling/test_diff.py", CHANGES, "-k", "lag or fence"),
    ),
    Mutant(
        name="a field that an answer lacks counts as null",
        file="polling/diff.py",
        old="    for name, value in after.items():\n        old = before.get(name)\n",
        new="    for name in {*before, *after}:\n        value = after.get(name)\n        old = before.get(name)\n",
        tests=("tests/polling/test_diff.py",),
    ),
    Mutant(
        name="no write-through",
        file="runs/effects.py",
        old="    written = _written(write, shown, snapshot, at)\n    if written is None:\n",
        new="    written = _written(write, shown, snapshot, at)\n    if True:\n",
        tests=(CHANGES, "-k", "our or own"),
    ),
    Mutant(
        name="tags are set, not merged into a fresh read",
        file="runs/actions/change.py",
        old="        known = _read_fresh(resource, target, planning)\n",
        new="        known = known or _read_fresh(resource, target, planning)\n",
        tests=(FOUND, "tests/test_engine_actions.py", "-k", "merge or tag"),
    ),
    # -- rules and time ------------------------------------------------------------------------------
    Mutant(
        name="rules trigger themselves",
        file="runs/react.py",
        old="        if event.cause is Cause.SELF and not rule.triggered_by_rules and not special:\n",
        new="        if False:\n",
        tests=("tests/test_engine_actions.py", CONTROL, "-k", "own or rules or self"),
    ),
    Mutant(
        name="no depth",
        file="runs/react.py",
        old="        if event.depth >= self.guards.max_depth:\n",
        new="        if event.depth >= 12:\n",
        tests=(CONTROL, "-k", "circle"),
        quick=True,
    ),
    Mutant(
        name="too many runs at once are not held",
        file="runs/reaction.py",
        old="            if counts[run.rule_id] > most:\n",
        new="            if False:\n",
        tests=("tests/test_engine_actions.py", TIME, "-k", "held or hold"),
    ),
    Mutant(
        name="a cooldown is not heeded",
        file="runs/react.py",
        old="            if period is None or now < earlier.at + period:\n",
        new="            if False:\n",
        tests=("tests/test_engine_actions.py", "-k", "once or cooldown"),
    ),
    Mutant(
        name="timers do not outlive a reload",
        file="runs/timekeeper.py",
        old="        reaction = Reaction()\n        self.reactor.arming.for_rules(snapshot, now, reaction)\n",
        new="        reaction = Reaction(cancelled=list(self.store.timers(self.account)))\n        self.reactor.arming.for_rules(snapshot, now, reaction)\n",
        tests=(TIME, "-k", "leaves_the_timer_alone"),
    ),
    Mutant(
        name="a timer fires without a look",
        file="runs/timekeeper.py",
        old="    return feed is not None and feed.good_at is not None and feed.good_at >= timer.due_at\n",
        new="    return True\n",
        tests=(TIME, "-k", "can_not_be_read or known_is_read or outage"),
    ),
    Mutant(
        name="a removed rule's runs go on",
        file="engine.py",
        old="            self._cancel_orphans()\n",
        new="",
        tests=(CONTROL, "-k", "removed"),
    ),
    # -- the wire ------------------------------------------------------------------------------------
    Mutant(
        name="no budget",
        file="dashtrack/budget_rules.py",
        old="    if state.remaining is not None and state.remaining - under_way <= floor:\n",
        new="    if False:\n",
        tests=("tests/dashtrack/test_budget.py",),
        quick=True,
    ),
    Mutant(
        name="a 429 is not waited for",
        file="dashtrack/budget_rules.py",
        old="    if state.blocked_until is not None and now < state.blocked_until:\n        return Refused(",
        new="    if False:\n        return Refused(",
        tests=("tests/dashtrack/test_budget.py", "-k", "429"),
    ),
    Mutant(
        name="a redirect is no error",
        file="dashtrack/translation.py",
        old="    if status in REDIRECTS:\n",
        new="    if False:\n",
        tests=("tests/dashtrack/test_client_reads.py", LOST, "-k", "redirect"),
    ),
    Mutant(
        name="a refused key does not stop the calls",
        file="polling/poll.py",
        old="        except (Unauthorized, Redirected):\n            raise\n        except (RateLimited, BudgetExhausted) as error:\n            return _Stop",
        new="        except (RateLimited, BudgetExhausted) as error:\n            return _Stop",
        tests=(LOST, "-k", "refused_key"),
    ),
    Mutant(
        name="a write is asked again inside the client",
        file="dashtrack/client.py",
        old="            reply, error = self._asker.ask(call)\n        except MustWait as wait:",
        new="            reply, error = self._asker.ask(call)\n            if error is not None:\n                reply, error = self._asker.ask(call)\n        except MustWait as wait:",
        tests=("tests/dashtrack/test_client_writes.py",),
    ),
    Mutant(
        name="the key in a log",
        file="logs.py",
        old="            text = text.replace(secret, MASK)\n",
        new="            text = text.replace(secret, secret)\n",
        tests=("tests/test_logs.py",),
        quick=True,
    ),
    Mutant(
        name="the key in a server's message",
        file="dashtrack/translation.py",
        old="    words = redact(text, key)\n",
        new="    words = text\n",
        tests=("tests/dashtrack/test_translation.py", "tests/dashtrack/test_client_secrets.py"),
    ),
)
