"""How old the data of a slow reader were, from what the load generator has written down of each delivery."""
import dataclasses
import math
import statistics


@dataclasses.dataclass(frozen=True)
class Ages:
    """Seconds, None where nothing was delivered."""
    handled: int
    median: float | None
    p99: float | None
    last: float | None
    first_third: float | None  # median of what was read in the first third of the phase
    last_third: float | None


def of(samples, seconds):
    """`samples`: of every delivery, when it was read in a phase of so many seconds, and how old it was then."""
    ages = sorted(age for _, age in samples)
    return Ages(handled=len(ages),
                median=_median(ages),
                p99=ages[math.ceil(0.99 * len(ages)) - 1] if ages else None,
                last=samples[-1][1] if samples else None,
                first_third=_median([age for at, age in samples if at < seconds / 3]),
                last_third=_median([age for at, age in samples if at >= seconds * 2 / 3]))


def grows(ages, message_seconds):
    """Whether data got older in the course of a phase. A quarter and the time that reading one message takes are left
    to chance."""
    if ages.first_third is None or ages.last_third is None:
        return False
    return ages.last_third > 1.25 * ages.first_third + message_seconds


def _median(ages):
    return statistics.median(ages) if ages else None
