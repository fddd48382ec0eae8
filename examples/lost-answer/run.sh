#!/usr/bin/env bash
. "$(dirname "$0")/../stage.sh"

tasks() { ask GET "/projects/$SALES/tasks" | grep -c '"name": "Chase Owen Pryce' || true; }
posts() { ask GET /_sandbox/history | grep -c '"method": "POST"' || true; }
status() { engine runs --json --limit 1 | grep -m 1 '"status"' | cut -d '"' -f 4; }

step "1. The baseline; then somebody moves Owen Pryce to Chaser"
run --once
send PATCH "/leads/$LEAD" '{"status": "Chaser"}'

step "2. The next task will be created, its answer lost, and the look for it will fail"
send POST /_sandbox/faults '{"kind": "drop_after", "match": {"method": "POST", "path": "/tasks$"}}'
send POST /_sandbox/faults '{"kind": "status", "status": 500, "times": 3, "match": {"method": "GET", "path": "/tasks$"}}'

step "3. The request is sent, and no answer comes"
run --once
engine runs
expect "the run is" waiting "$(status)"
expect "requests that create" 1 "$(posts)"

step "4. At the next look the task is found by its signature"
send DELETE /_sandbox/faults
run --once
engine runs
expect "the run is" done "$(status)"
expect "requests that create" 1 "$(posts)"
expect "tasks" 1 "$(tasks)"
