"""`synthaix` with leases of seconds instead of half a minute: what tests start to see one expire."""

from __future__ import annotations

from synthaix.__main__ import main
from synthaix.jobs import lease, scheduler


def quick() -> None:
    """Shorten every span that a lease has."""
    vars(lease).update(LEASE_SECONDS=2.0, GRACE_SECONDS=1.0)
    vars(scheduler).update(HEARTBEAT_SECONDS=0.3)


if __name__ == "__main__":
    quick()
    main()
