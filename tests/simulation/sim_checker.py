"""The independent checker: from the sandbox's history and the store's file alone, whether the promise was kept.

`after_tick` follows the store event by event; `at_rest` judges the whole once nothing is under way any more. What
the API makes impossible to know is counted in `holes`, each kind with the scenario in its name, never passed over
in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from sim_rules import POOL
from sim_store import StoreFile
from sim_truth import SETS, Truth, mark_of, meaning, meanings
from sim_world import KEY

Key = tuple[str, str]

_WRITTEN_BY_RULES = ("source", "task_list")
_MAY_LOSE = {"deliberating", "stuck", "on hold"}
_RESTING = {"done", "failed", "parked", "cancelled", "held"}
_BY_ID = {"lead", "task", "project"}
_LOOKS_WITHOUT_ID = 3


class Violation(AssertionError):
    """The promise was broken."""


class Checker:
    """Follows one world."""

    def __init__(self, world) -> None:
        self.world = world
        self.file = StoreFile(world.path)
        self.truth = Truth()
        self.truth.begin(world.state)
        self.holes: Counter[str] = Counter()
        self.in_holes: set[tuple[str, object]] = set()
        self.last_event = 0
        self.events: dict[str, dict[str, Any]] = {}
        self.folded: dict[Key, dict[str, Any] | None] = {}
        self.places: dict[tuple[Key, str], int] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.steps: dict[tuple[str, str], dict[str, Any]] = {}
        self.expected: dict[tuple[str, str], bool] = {}
        self.refused: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Let the store's file go."""
        self.file.close()

    # -- after each tick -----------------------------------------------------------------------------

    def before_tick(self) -> None:
        """Remember which rules are in force, and since when."""
        self.tick_began = f"{self.world.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"
        self.rule_ids = [rule.id for rule in self.world.rules if rule.id in POOL]

    def after_tick(self) -> None:
        """Follow what the tick wrote."""
        self._read_truth()
        fresh = self.file.events(self.last_event)
        objects = self.file.objects()
        for event in fresh:
            self.last_event = event["seq"]
            self._check(event["id"] not in self.events, "I3 one event twice", event)
            self.events[event["id"]] = event
            self._follow(event)
            self._expect_runs(event)
        self._compare_fold(objects)
        self._nothing_deleted_that_exists(objects)
        self.runs |= self.file.runs()
        self.steps |= self.file.steps()
        self.refused |= {
            (row["rule_id"], row["event_id"])
            for row in self.file.rows("SELECT * FROM decisions WHERE verdict IN ('once_per', 'cooldown')")
        }

    def _read_truth(self) -> None:
        for key, version, before in self.truth.read_on(self.world.state):
            if version.by == "api" and key[0] == "lead" and before is not None and version.data is not None:
                self._no_tag_is_lost(key, before, version)

    def _no_tag_is_lost(self, key, before, version) -> None:
        lost = (meaning("tags", before.data["tags"]) or frozenset()) - (
            meaning("tags", version.data["tags"]) or frozenset()
        )
        lost -= _MAY_LOSE
        if not lost:
            return
        if self.world.lagging and before.by != "api":
            self._hole("a merge overwrote a foreign tag that lagging reads did not show yet", key)
            return
        self._check(False, f"a merge lost the tags {set(lost)}", key, version.n)

    def _follow(self, event) -> None:
        key = event["resource"], event["object_id"]
        if event["kind"] == "created":
            self._follow_creation(key, event)
        elif event["kind"] == "deleted":
            self._follow_deletion(key, event)
        else:
            self._follow_update(key, event)

    def _follow_creation(self, key, event) -> None:
        line = [one for one in self.truth.timelines.get(key, []) if one.data is not None]
        self._check(bool(line), "I3 created, but it never was", event)
        self._check(self.folded.get(key) is None, "I3 created, but it was known", event)
        ours = line[0].by == "api"
        silent = event["cause"] != "self" and self._is_first_look(event, event["at"])
        self._check(not silent, "I3 an event of a first look", event)
        back = key in self.folded and self._omitted(key)
        if ours and event["cause"] == "external" and not back:
            self._check(self._given_up(line[0]), "I3 our own object taken for somebody else's", event)
            self._hole("our own object showed after its step was given up", key)
        self._check(ours or event["cause"] != "self", "I3 somebody else's object taken for ours", event)
        self._place(key, event["after"], event)
        self.folded[key] = meanings(event["after"])

    def _given_up(self, version) -> bool:
        mark = mark_of(version.data)
        return any(
            step["mark"] == mark and step["status"] not in {"sent", "unknown", "done"}
            for step in self.file.steps().values()
        )

    def _follow_deletion(self, key, event) -> None:
        self._check(self.folded.get(key) is not None, "I3 deleted, but it was not known", event)
        gone = self.truth.now(key) is None
        self._check(gone or self._omitted(key), "I3 deleted, but it exists", event)
        last = self.truth.timelines[key][-1]
        if gone:
            ours = last.by == "api"
            fits = event["cause"] == "unknown" or ours == (event["cause"] == "self")
            self._check(fits, "I3 a deletion with the wrong cause", event, last)
        self.folded[key] = None

    def _follow_update(self, key, event) -> None:
        before = self.folded.get(key)
        self._check(before is not None, "I3 updated, but it was not known", event)
        self._check(bool(event["changes"]), "I3 updated, but in nothing", event)
        for name, change in event["changes"].items():
            was, now = meaning(name, change["from"]), meaning(name, change["to"])
            self._check(was != now, f"I3 {name} changed into the same", event)
            self._check(before.get(name) == was, f"I3 {name} was not that before", event, before.get(name))
            self._advance(key, name, now, event)
            before[name] = now

    def _advance(self, key, name, now, event) -> None:
        """The values in the events must be values that the field had, in the order in which it had them."""
        values = self.truth.values(key, name)
        place = self.places.get((key, name), 0)
        fits = [at for at in range(place + 1, len(values)) if values[at][0] == now]
        self._check(bool(fits), f"I3 {name} did not become {now!r}", event, values, place)
        makers = {values[at][1] for at in fits}
        if event["cause"] == "unknown":  # of a write that was given up
            self.places[key, name] = fits[0]
            return
        wanted = "api" if event["cause"] == "self" else "somebody"
        if wanted not in makers and event["cause"] == "external" and self._denied(key):
            self._hole("a lost update was given up, since the read by its id said 404", key)
            wanted = "api"
        self._check(wanted in makers, f"I3 {name} became {now!r} by somebody else", event, values)
        place = next(at for at in fits if values[at][1] == wanted)
        if name in SETS and wanted == "api":
            was = meaning(name, event["changes"][name]["from"]) or frozenset()
            ours = (values[place][0] or frozenset()) ^ (values[place - 1][0] or frozenset())
            claimed = (now or frozenset()) ^ was
            self._check(
                claimed <= ours, f"I4 ours claims {set(claimed - ours)} of somebody else's", event, values
            )
        self.places[key, name] = place

    def _place(self, key, data, event) -> None:
        """Where in the history of its values each field of a first look stands."""
        for name, value in meanings(data).items():
            values = self.truth.values(key, name)
            fits = [at for at, (known, _, _) in enumerate(values) if known == value]
            self._check(bool(fits) or not values, f"I3 {name} never was {value!r}", event, values)
            self.places[key, name] = fits[0] if fits else 0

    def _expect_runs(self, event) -> None:
        for rule_id in self.rule_ids:
            rule = POOL[rule_id]
            foreign = event["cause"] != "self" or rule.by_rules
            foreign = foreign and event["depth"] < 3
            if foreign and rule.takes(event):
                self.expected[rule_id, event["id"]] = rule.may_refuse

    def _compare_fold(self, objects) -> None:
        """The snapshot is the first look plus the events: nothing enters it in silence."""
        for key, row in objects.items():
            known = self.folded.get(key)
            if row["presence"] == "deleted":
                self._check(known is None, "I4 gone from the snapshot without an event", key)
                continue
            now = meanings(row["data"])
            if key not in self.folded:
                self._check(self._is_baseline(row), "I4 a new object without an event", key, row)
                self._place(key, row["data"], row)
                self.folded[key] = now
                continue
            self._check(known is not None, "I4 back in the snapshot without an event", key)
            differing = {name for name in known | now if known.get(name) != now.get(name)}
            self._check(not differing, "I4 the snapshot moved without an event", key, differing, known, now)

    def _is_baseline(self, row) -> bool:
        return self._is_first_look(row, self.tick_began)

    def _is_first_look(self, row, since) -> bool:
        """Whether the feed of an object or event was looked at for the first time at that moment or after it."""
        scoped = row["resource"] in {"task", "note", "time_entry"}
        feeds = self.file.rows(
            "SELECT * FROM feeds WHERE resource = ? AND project_id = ?",
            row["resource"],
            row["project_id"] if scoped else "",
        )
        return any((feed["baseline_at"] or "") >= since for feed in feeds)

    def _nothing_deleted_that_exists(self, objects) -> None:
        for key, row in objects.items():
            if row["presence"] == "deleted" and self.truth.now(key) is not None:
                self._check(self._omitted(key), "deleted in the snapshot, but it exists", key)

    def _omitted(self, key) -> bool:
        """Whether the answers agreed on a lie: nobody could know better."""
        data = self.truth.now(key)
        if data is None:
            return False
        if key[1] in self.world.approved:
            self._hole("a person believed a list that lied", key)
            return True
        if key[0] in _BY_ID:
            lied = self._denied(key)
            if lied:
                self._hole("a list left out an object, and the read by its id said 404", key)
            return lied
        project = data.get("project_id")
        looks = [
            shown.ids
            for shown in self.world.transport.shown
            if shown.resource == key[0] and shown.project_id == project
        ]
        in_a_row = most = 0
        for ids in looks:
            in_a_row = 0 if key[1] in ids else in_a_row + 1
            most = max(most, in_a_row)
        if most >= _LOOKS_WITHOUT_ID:
            self._hole("three lists in a row left out an object that can't be read by id", key)
        return most >= _LOOKS_WITHOUT_ID

    # -- at rest -------------------------------------------------------------------------------------

    def at_rest(self) -> None:
        """Judge the whole, after enough quiet ticks."""
        self._snapshot_is_the_world()
        self._every_run_ended()
        self._every_event_was_taken()
        self._creates_took_effect_once()
        self._updates_took_effect_once()
        self._done_means_done()
        self._no_limit_was_broken()
        self.no_secret()
        self._check(self.file.integrity() == "ok", "I7 the store is damaged", self.file.integrity())

    def no_secret(self) -> None:
        """The key is nowhere in the store's files."""
        self._check(not self.file.has_bytes(KEY.encode()), "I6 the key is in the store")

    def _snapshot_is_the_world(self) -> None:
        objects = self.file.objects()
        projects = {
            key[1]: line[-1].data
            for key, line in self.truth.timelines.items()
            if key[0] == "project" and line[-1].data is not None
        }
        open_ids = {
            project_id
            for project_id, data in projects.items()
            if not data.get("archived") and not data.get("forbidden")
        }
        for key in {*self.truth.timelines, *objects}:
            if key[0] not in self.world.watched:
                continue
            data, row = self.truth.now(key), objects.get(key)
            held = None if row is None or row["presence"] == "deleted" else row["data"]
            scope = (data or held or {}).get("project_id")
            if scope is not None and scope not in open_ids:
                continue
            if key[0] == "project" and key[1] not in open_ids and held is None:
                continue
            if key[0] == "project" and data is None and (held or {}).get("archived"):
                continue  # an archived project is in no list, and so is its removal
            if data is None:
                self._check(held is None, "I4 a deletion was lost", key)
                continue
            if held is None and self._omitted(key):
                continue
            self._check(held is not None, "I4 an object was lost", key, data)
            if key[0] == "project" and data.get("forbidden"):
                continue
            mine, theirs = meanings(held), meanings(data)
            differing = {name for name in theirs if mine.get(name) != theirs[name]} - {"forbidden"}
            if data.get("archived"):
                differing &= {"archived"}  # an archived project is in no list any more
            self._check(not differing, "I4 a change was lost", key, differing, held, data)

    def _every_run_ended(self) -> None:
        for run_id in self.file.runs():  # less those that retention took
            run = self.runs[run_id]
            steps = [step for step in self.steps.values() if step["run_id"] == run["id"]]
            self._check(run["status"] in _RESTING, "I2 a run did not end", run, steps)
            statuses = {step["status"] for step in steps}
            if run["status"] == "done":
                self._check(statuses <= {"done", "skipped"}, "I2 a run is done, a step is not", run, steps)
            if run["status"] == "failed":
                troubled = statuses & {"rejected", "failed"} or run["error"]
                self._check(bool(troubled), "I2 a run failed without a reason", run, steps)
            if run["status"] == "parked":
                self._check("parked" in statuses, "I2 a run is parked without a parked step", run, steps)

    def _every_event_was_taken(self) -> None:
        taken = {(run["rule_id"], run["event_id"]) for run in self.runs.values()}
        for wanted, may_refuse in self.expected.items():
            fits = wanted in taken or (may_refuse and wanted in self.refused)
            self._check(fits, "I2 a rule did not take its event", wanted, self.events[wanted[1]])

    def _creates_took_effect_once(self) -> None:
        made = defaultdict(list)
        for key, line in self.truth.timelines.items():
            if line[0].by == "api":
                made[mark_of(line[0].data)].append((line[0].n, key))
        by_mark = {step["mark"]: step for step in self.steps.values() if step["mark"]}
        self._check(None not in made, "I1 an unsigned object of ours", made.get(None))
        for mark, found in made.items():
            step = by_mark.get(mark)
            self._check(step is not None, "I1 an effect that no step knows", mark, found)
            fits = step["status"] in {"done", "parked", "unknown"} or self._was_cancelled(step)
            self._check(fits, "I2 an effect whose step denies it", step, found)
            self._check(
                step["status"] != "done" or step["result_id"] in {key[1] for _, key in found},
                "I2 a step that names another object",
                step,
                found,
            )
            for (first, key), (second, _) in zip(found, sorted(found)[1:], strict=False):
                self._check(self._out_of_sight(key, first, second), "I1 a create twice", step, sorted(found))
                self._hole("a create twice: ours was gone, changed or hidden at every look before", key)
        for step in self.steps.values():
            if step["method"] == "POST" and step["status"] == "done":
                self._check(step["mark"] in made, "I2 done, but nothing was made", step)

    def _was_cancelled(self, step) -> bool:
        return self.runs[step["run_id"]]["status"] == "cancelled"

    def _out_of_sight(self, key, first, second) -> bool:
        """Whether no honest look between two creates could have shown the first one, though there were looks."""
        line = [one for one in self.truth.timelines[key] if one.n < second]
        born = line[0].data
        mark, project = mark_of(born), born.get("project_id")
        looks = [
            shown
            for shown in self.world.transport.shown
            if shown.resource == key[0] and shown.project_id == project and first < shown.n < second
        ]
        able = [shown for shown in looks if shown.honest and self._bears(line, shown.n, mark, project)]
        return len(looks) >= 2 and not able

    @staticmethod
    def _bears(line, n, mark, project) -> bool:
        data = [one.data for one in line if one.n < n][-1]
        return data is not None and mark_of(data) == mark and data.get("project_id") == project

    def _updates_took_effect_once(self) -> None:
        for key in self.truth.timelines:
            for name in _WRITTEN_BY_RULES:
                values = self.truth.values(key, name)
                earlier: dict[Any, int] = {}
                for place, (value, by, _) in enumerate(values):
                    if by != "api" or value is None:
                        continue
                    first = earlier.setdefault(value, place)
                    if first != place:
                        undone = (
                            values[place - 1][1] == "somebody"
                            and values[place - 1][0] == values[first - 1][0]
                        )
                        self._check(undone, f"I1 an update of {name} twice", key, value, values)
                        self._hole(
                            "a lost update was undone by somebody before anyone looked, and sent again", key
                        )

    def _done_means_done(self) -> None:
        for step in self.steps.values():
            if step["status"] != "done" or step["method"] not in {"PATCH", "DELETE"}:
                continue
            kind, object_id = step["path"].strip("/").split("/")
            line = self.truth.timelines[kind.removesuffix("s"), object_id]
            if step["method"] == "DELETE" and kind != "projects":
                self._check(line[-1].data is None, "I2 a delete is done, but it exists", step)
                continue
            body = step["body"] if step["method"] == "PATCH" else {"archived": True}
            wanted = {name: meaning(name, value) for name, value in body.items()}
            fits = any(
                all(meaning(name, one.data.get(name)) == value for name, value in wanted.items())
                for one in line
                if one.data is not None
            )
            self._check(fits or "assigned_to" in body, "I2 an update is done, but never was", step)

    def _no_limit_was_broken(self) -> None:
        refused = [
            entry["n"]
            for entry in self.truth.requests.values()
            if entry["status"] == 429 and entry["fault"] is None and not self._forgotten(entry["n"])
        ]
        # A limit that somebody else has just used up is told by the first refusal; there is no second one.
        for since, until in pairwise([0, *self.world.squeezed_at, self.truth.last + 1]):
            count = sum(since < n <= until for n in refused)
            self._check(count <= (since > 0), "I5 a 429 of our own making", since, until, refused)

    def _forgotten(self, n: int) -> bool:
        return any(n in places for places in self.world.died_in)

    def _denied(self, key: Key) -> bool:
        """Whether a read by id ever said 404 of an object that was there."""
        return any(
            entry["status"] == 404 and entry["fault"] and entry["path"] == f"/{key[0]}s/{key[1]}"
            for entry in self.truth.requests.values()
        )

    def _hole(self, scenario: str, key: Key) -> None:
        """Count what nobody could have known, once for each object."""
        if (scenario, key) not in self.in_holes:
            self.in_holes.add((scenario, key))
            self.holes[scenario] += 1

    # -- telling -------------------------------------------------------------------------------------

    def _check(self, holds: bool, what: str, *details: object) -> None:
        if not holds:
            raise Violation("\n  ".join([what, *(repr(one) for one in details)]))
