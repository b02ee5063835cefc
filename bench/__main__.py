"""Run all measurements, or those named: the keys of `PARTS`."""

import json
import sys

from bench import conflicts, library, method, printing, queueing, searching, service, switching, trust, weights, work
from bench.figures import as_json

PARTS = {
    "method": method.measure,
    "service": service.measure,
    "printing": printing.measure,
    "searching": searching.measure,
    "work": work.measure,
    "library": library.measure,
    "conflicts": conflicts.measure,
    "trust": trust.measure,
    "weights": weights.measure,
    "switching": switching.measure,
    "queue": queueing.measure,
    "kills": queueing.kills,
}


def main() -> int:
    """Print the figures as JSON; progress goes to standard error."""
    names = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are: {', '.join(PARTS)}\n")
        return 2
    found = []
    for name in names:
        for one in PARTS[name]():
            sys.stderr.write(f"{one.name}: {one.p50} {one.unit} (p95 {one.p95}, n {one.n})\n")
            found.append(one)
    sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
