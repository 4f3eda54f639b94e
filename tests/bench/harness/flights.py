"""A real feed: 10,000 flights that left airports of the USA from January to March 2001, as a recording for the adapter
`replay`. Source: flights-10k.json and airports.csv of the npm package vega-datasets; those are of the U.S. Bureau of
Transportation Statistics and of Data.gov.

Each flight changes what is known of the airport that it left: how many flights there were, how late they left, which
one was the last and which the worst. Name and place of the airport stay. This is told in every form at the same time:

    whole/airports/ORD   values, the whole JSON each time        fields/airports/ORD   records, the fields that changed
    whole/board          one value with all busy airports        rows/board            a table with a row for each of those
"""
import collections
import csv
import datetime
import json

BOARD_ROWS = 40  # the busiest airports
DELAYED_MINUTES = 15  # as the Bureau counts


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def airport_places(folder):
    with open(folder / "airports.csv", encoding="utf-8", newline="") as file:
        return {row["iata"]: {"name": row["name"], "city": row["city"], "state": row["state"],
                              "latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
                for row in csv.DictReader(file)}


def minute_of(flight):
    return datetime.datetime.strptime(flight["date"], "%Y/%m/%d %H:%M")


def changes_by(flight, airport):
    """The fields of its airport that a flight changes."""
    changes = {"departures": airport.get("departures", 0) + 1, "last_date": flight["date"],
               "last_destination": flight["destination"], "last_delay": flight["delay"],
               "last_distance": flight["distance"], "miles": airport.get("miles", 0) + flight["distance"]}
    if flight["delay"] >= DELAYED_MINUTES:
        changes["delayed"] = airport.get("delayed", 0) + 1
    if flight["delay"] > airport.get("worst_delay", -1):
        changes.update(worst_delay=flight["delay"], worst_destination=flight["destination"], worst_date=flight["date"])
    return {name: value for name, value in changes.items() if airport.get(name) != value}


class Recording:
    """Writes the lines, and keeps what every topic must hold at the end."""

    def __init__(self, folder):
        self.flights = json.loads((folder / "flights-10k.json").read_text())
        self.flights.sort(key=minute_of)
        self.places = airport_places(folder)
        counts = collections.Counter(flight["origin"] for flight in self.flights)
        self.busy = {airport for airport, _ in counts.most_common(BOARD_ROWS)}
        self.airports = set(counts)
        self.states = {}  # by topic
        self.updates = collections.Counter()  # by feed
        self.span_ms = self._at_ms(self.flights[-1])  # from the first line to the last

    def write(self, path, lead_ms):
        """The first flight leaves after `lead_ms`, so that subscribers have the time to come."""
        airports = {}
        with open(path, "w", encoding="utf-8") as file:
            for flight in self.flights:
                for line in self._lines(flight, airports):
                    file.write(compact({"at_ms": lead_ms + self._at_ms(flight), **line}) + "\n")
        for code, airport in airports.items():
            self.states[f"whole/airports/{code}"] = self.states[f"fields/airports/{code}"] = airport
        self.states["whole/board"] = self.states["rows/board"] = self._board(airports)

    def _at_ms(self, flight):
        return int((minute_of(flight) - minute_of(self.flights[0])).total_seconds() * 1000)

    def _board(self, airports):
        return {code: airports[code] for code in sorted(self.busy) if code in airports}

    def _lines(self, flight, airports):
        code = flight["origin"]
        is_new = code not in airports
        airport = airports.setdefault(code, dict(self.places.get(code, {"name": code})))
        changes = changes_by(flight, airport)
        airport.update(changes)
        if is_new:
            changes = airport
        self.updates["airports"] += 1
        yield {"topic": f"whole/airports/{code}", "data": airport}
        yield {"topic": f"fields/airports/{code}", "fields": changes}
        if code in self.busy:
            self.updates["board"] += 1
            yield {"topic": "whole/board", "data": self._board(airports)}
            yield {"topic": "rows/board", "key": code, "fields": changes}
