"""Files that are meant to keep `check` busy: as large as a file may be, and as many parts of one kind as are let pass."""

from __future__ import annotations

from collections.abc import Callable

SIZE = 256 * 1024
HEAD = "version: 1\nrules:\n"
RULE = HEAD + "  - id: a\n    when: lead.created\n    then:\n"
STEPS = "      - log: '{{{{ {} }}}}'\n"


def filled(head: str, line: Callable[[int], str], tail: str = "", *, most: int = SIZE) -> str:
    """As many lines as there is room for, at most so many."""
    lines, room, n = [], SIZE - len(head) - len(tail), 0
    while n < most and (room := room - len((text := line(n)).encode())) >= 0:
        lines.append(text)
        n += 1
    return head + "".join(lines) + tail


REFUSED = {
    "deep flow": "version: " + "[" * (SIZE - 20),
    "deep block": filled(HEAD, lambda n: " " * min(n, 300) + "- \n"),
    "open braces": "{" * (SIZE - 1),
    "open maps": "{a: " * (SIZE // 4 - 1),
    "complex keys": "? " * (SIZE // 2 - 1),
    "dashes": "- " * (SIZE // 2 - 1),
    "colons": ":" * (SIZE - 1),
    "quotes": '"' * (SIZE - 1),
    "line ends": "\n" * (SIZE - 1),
    "a comment": "#" * (SIZE - 1),
    "a long word": "a" * (SIZE - 1),
    "a long key": "version: 1\n" + "k" * (SIZE - 100) + ": 1\n",
    "a long number": "version: " + "9" * (SIZE - 20),
    "anchors": filled(HEAD, lambda n: f"  - &a{n} x\n"),
    "aliases": HEAD + "  - &a x\n" + "  - *a\n" * 30_000,
    "tags": filled(HEAD, lambda _n: "  - !a x\n"),
    "one key again and again": filled(HEAD + "  - id: a\n", lambda _n: "    a: 1\n"),
    "one id again and again": filled(HEAD, lambda _n: "- {id: r, when: lead.created, then: [log: x]}\n"),
    "many keys": filled("version: 1\n", lambda n: f"a{n}: 1\n"),
    "many items": HEAD + "  - [" + ",".join(["a"] * 29_000) + "]\n",
    "many numbers": HEAD + "  - [" + ",".join(["1e9"] * 29_000) + "]\n",
    "many tiny rules": filled(HEAD, lambda n: f"- {{id: r{n}, when: lead.created, then: [log: x]}}\n"),
    "many rules that never come": filled(
        HEAD, lambda n: f"- {{id: r{n}, when: {{schedule: '{n % 60} 9 30 2 *'}}, then: [log: x]}}\n"
    ),
    "many tiny templates": filled(RULE, STEPS.format),
    "one tiny template again and again": filled(RULE, lambda _n: STEPS.format("now")),
    "many branches": filled(
        RULE + "      - choose:\n", lambda n: f"        - {{if: '{n}', then: [{{log: x}}]}}\n"
    ),
    "one giant template": filled(RULE + '      - log: "', lambda _n: "{{ lead.name }} ", '"\n'),
    "long sums": filled(RULE, lambda n: STEPS.format("+".join(["1"] * 32_000) + f"+{n}")),
    "long lists": filled(RULE, lambda n: STEPS.format("[" + ",".join(["1"] * 1_900) + f",{n}]")),
    "long conditions": filled(RULE, lambda n: STEPS.format(" and ".join(["now"] * 2_900) + f" and {n}")),
    "deep brackets": filled(RULE, lambda n: STEPS.format("(" * 70 + f"{n}" + ")" * 70)),
    "brackets that stay open": filled(RULE, lambda n: STEPS.format("(" * 1_000 + f"{n}")),
    "braces that stay open": RULE + '      - log: "' + "{{ '" * 15_000 + '"\n',
    "a folded template": RULE + "      - log: >-\n" + "         {{ lead.nam }}\n" * 10_000,
    "loops in loops": filled(
        RULE,
        lambda n: (
            f'      - log: "{{% for a in leads() %}}{{% for b in a %}}{{{{ {n} }}}}{{% endfor %}}{{% endfor %}}"\n'
        ),
    ),
    "near names": filled(
        HEAD + "  - id: a\n    when: lead.created\n    vars:\n",
        lambda n: f"      leadname{n}: 1\n",
        "    then:\n" + "".join(STEPS.format(f"leadnam{n}x") for n in range(150)),
        most=7_000,
    ),
    "long unknown names": filled(RULE, lambda n: STEPS.format("leadname" * 250 + f"{n}")),
    "long unknown fields": filled(RULE, lambda n: STEPS.format("lead." + "value" * 400 + f"{n}")),
    "long unknown events": filled(
        HEAD, lambda n: f"  - {{id: r{n}, when: {'lead.status_changed' * 100}{n}, then: [log: x]}}\n"
    ),
    "long unknown words": filled(
        HEAD,
        lambda n: (
            f"  - {{id: r{n}, when: {{event: lead.status_changed, to: {'Needs Closing ' * 150}{n}}}, then: [log: x]}}\n"
        ),
    ),
    "many mistakes in templates": filled(RULE, lambda n: STEPS.format(f"lead.nam | uper | trimm({n})")),
    "many unknown keys": filled(RULE + "      - log: x\n", lambda n: f"    whe{n}: x\n"),
}
"""Each is wrong, or too much of one thing."""
FITS = {
    "steps": filled(RULE, lambda _n: "      - log: x\n", most=6_600),
    "tiny templates": filled(RULE, STEPS.format, most=1_350),
    "tiny conditions": filled(
        HEAD + "  - id: a\n    when: lead.created\n    then: [log: x]\n    if:\n",
        lambda n: f"    - 1>{n}\n",
        most=1_750,
    ),
    "long lists": filled(RULE, lambda n: STEPS.format("[" + ",".join(["1"] * 1_900) + f",{n}]"), most=6),
    "long conditions": filled(
        RULE, lambda n: STEPS.format(" and ".join(["now"] * 2_900) + f" and {n}"), most=4
    ),
    "tiny rules": filled(
        HEAD,
        lambda n: (
            f"- {{id: r{n}, when: [lead.created, lead.updated, task.created, note.created], then: [log: x]}}\n"
        ),
        most=250,
    ),
    "rules that start each other": filled(
        HEAD,
        lambda n: f"- {{id: r{n}, when: lead.updated, then: [update_lead: {{notes: x{n}}}]}}\n",
        most=250,
    ),
    "a chain of rules": filled(
        HEAD,
        lambda n: f"- {{id: r{n}, when: custom.e{n}, then: [emit: {{event: custom.e{n + 1}}}]}}\n",
        most=250,
    ),
    "schedules": filled(
        HEAD,
        lambda n: f"- {{id: r{n}, when: {{schedule: '{n % 60} 9 29 2 {n % 7}'}}, then: [log: x]}}\n",
        most=250,
    ),
    "names": filled(RULE, lambda n: f"      - set: {{a{n}: 1}}\n", most=3_300),
    "branches": filled(
        RULE + "      - choose:\n", lambda n: f"        - {{if: '1>{n}', then: [{{log: x}}]}}\n", most=1_050
    ),
}
"""Each is let pass, and has about as many parts of its kind as that takes."""
WORST = (
    *("long lists", "long conditions", "loops in loops", "near names", "many mistakes in templates"),
    *("brackets that stay open", "tiny conditions", "tiny templates", "branches", "steps", "names"),
)
"""Those of both that take most."""
