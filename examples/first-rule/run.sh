#!/usr/bin/env bash
. "$(dirname "$0")/../stage.sh"

tasks() { ask GET "/projects/$SALES/tasks" | grep -c '"name": "Close Owen Pryce' || true; }

step "1. The baseline: what is there already is no event"
run --once
expect "runs" 0 "$(engine runs --json | grep -c '"rule"' || true)"

step "2. Somebody moves Owen Pryce to Needs Closing"
send PATCH "/leads/$LEAD" '{"status": "Needs Closing"}'

step "3. What would be sent"
run --dry-run --once
expect "tasks after the dry run" 0 "$(tasks)"

step "4. Now for real"
run --once
engine runs
expect "tasks" 1 "$(tasks)"

step "5. Once more: there is nothing left to do"
run --once
expect "tasks" 1 "$(tasks)"
