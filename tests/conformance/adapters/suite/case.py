"""What a case is."""
import dataclasses
import typing

from .driver import Driver


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    run: typing.Callable  # of a lab; what it returns is shown behind a case that has passed
    why_not: typing.Callable  # of a driver: why it is left out; None: it is not


CASES = []  # in the order in which they run


def always(_driver):
    """Nothing leaves it out."""
    return None


def case(name, title, why_not=always):
    """Makes a case of a function."""

    def add(run):
        CASES.append(Case(name, title, run, why_not))
        return run

    return add


def has(driver, method):
    """Whether the driver has a method of its own."""
    return getattr(type(driver), method) is not getattr(Driver, method)
