"""Models of how Dashtrack may count requests, under a clock that a test moves."""

from datetime import timedelta
from email.utils import format_datetime

HOUR = timedelta(hours=1)


def written(moment, unit, now):
    """A Reset in one of its units, cut to whole seconds as servers do."""
    seconds = int(moment.timestamp())
    return {
        "epoch_s": str(seconds),
        "epoch_ms": str(seconds * 1000),
        "delta_s": str(int((moment - now).total_seconds())),
        "iso": moment.replace(microsecond=0).isoformat(),
    }[unit]


class FixedWindow:
    """So many requests in each clock hour that begins `phase` after the full one."""

    def __init__(self, clock, *, limit, unit="epoch_s", phase=0.0, skew=0.0):
        self.clock = clock
        self.limit = limit
        self.unit = unit
        self.skew = timedelta(seconds=skew)
        self.begin = clock.now() + self.skew - timedelta(seconds=phase)
        self.used = 0
        self.accepted = 0
        self.refused = 0

    def now(self):
        return self.clock.now() + self.skew

    def request(self):
        """Status and headers of one request."""
        while self.now() >= self.begin + HOUR:
            self.begin += HOUR
            self.used = 0
        good = self.used < self.limit
        self.used += good
        self.accepted += good
        self.refused += not good
        return (200 if good else 429), {
            "Date": format_datetime(self.now().replace(microsecond=0), usegmt=True),
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Reset": written(self.begin + HOUR, self.unit, self.now()),
        }


class RollingHour:
    """So many requests in any sixty minutes; Reset is when the next one is free again."""

    def __init__(self, clock, *, limit, unit="epoch_s"):
        self.clock = clock
        self.limit = limit
        self.unit = unit
        self.times = []
        self.accepted = 0
        self.refused = 0

    def request(self):
        now = self.clock.now()
        self.times = [moment for moment in self.times if moment > now - HOUR]
        good = len(self.times) < self.limit
        if good:
            self.times.append(now)
        self.accepted += good
        self.refused += not good
        return (200 if good else 429), {
            "Date": format_datetime(now.replace(microsecond=0), usegmt=True),
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - len(self.times)),
            "X-RateLimit-Reset": written(self.times[0] + HOUR, self.unit, now),
        }
