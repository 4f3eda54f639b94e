"""The example plug-in in C: adapters/examples/hello. It says hello once, and to whoever publishes to it."""
from suite import Driver


class Hello(Driver):
    prefix = "hello"
    publishes = None
    topic = "hello/world"
    upstream = {}
    mistakes = [({"no_such_key": 1}, "nothing to configure")]
