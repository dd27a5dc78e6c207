"""Every benchmark, one after the other: `make bench`, or `python -m benchmarks.all`."""

import subprocess
import sys

BENCHMARKS = ("replay", "forecast", "fanout", "latency", "snapshot", "bus")


def main() -> int:
    """Returns 1 where one of them failed or missed its goal."""
    worst = 0
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        worst = max(
            worst, subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        )
    return min(worst, 1)


if __name__ == "__main__":
    sys.exit(main())
