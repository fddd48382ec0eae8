#!/usr/bin/env bash
. "$(dirname "$0")/../stage.sh"

tasks() { ask GET "/projects/$SALES/tasks" | grep -c '"name": "Find out why' || true; }
events() { engine events --json | grep -c '"lead.deleted"' || true; }
leads() { ask GET /leads | grep -c '"email"' || true; }

step "1. The baseline"
run --once
expect "leads" 30 "$(leads)"

step "2. The next list of leads will be empty, although nothing was deleted"
send POST /_sandbox/faults '{"kind": "empty_list", "match": {"path": "/leads$"}, "times": 1}'
code=0
run --once || code=$?
tail -n 1 "$STAGE/log"
expect "exit code" 1 "$code"
expect "events" 0 "$(events)"
expect "tasks" 0 "$(tasks)"

step "3. Somebody really deletes a lead"
send DELETE "/leads/$LEAD"
run --once
engine events
engine runs
expect "events" 1 "$(events)"
expect "tasks" 1 "$(tasks)"
