"""The three reference models: sizes, timed events, expected statistics and how far a run may stray from them."""

import math
from dataclasses import dataclass
from typing import Callable

SERVERS = 25
LOAD = 0.9

WORKERS = 25
SHARED_SHARE = 0.9
HOLD_MEAN_MS = 0.2
THINK_MEAN_MS = 1.0

MESSAGES = 1024 * 16


@dataclass(frozen=True)
class Model:
    """A reference model.

    `size` counts customers, acquisitions or messages; `deviation` is the standard
    deviation of the statistic of one run of a given size.
    """

    name: str
    title: str
    size: int
    events_each: int
    statistic: str
    expected: Callable[[int], float]
    deviation: Callable[[int], float]


def queue_mean_wait(_size=None):
    """Mean wait in an M/M/c queue, in service times, by Erlang's C formula."""
    offered = SERVERS * LOAD
    blocked = 1.0
    for servers in range(1, SERVERS + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    delayed = blocked / (1 - LOAD * (1 - blocked))
    return delayed / (SERVERS * (1 - LOAD))


def lock_mean_wait_ms(_size=None):
    """Mean wait for the lock, in milliseconds: the stationary state of its Markov chain, and Little's law."""
    chain = _lock_chain()
    states = sorted(chain)
    shares = _stationary_shares([[chain[a].get(b, 0.0) for b in states] for a in states])
    waiting = sum(share * state[2] for state, share in zip(states, shares))
    releases_per_ms = sum(share * (state[0] + state[1]) for state, share in zip(states, shares)) / HOLD_MEAN_MS
    return waiting / releases_per_ms


def _lock_chain():
    """Rates per millisecond between the states (readers, writers, waiting) that can be reached from rest.

    What waits behind the head of the line need not be known: a request is a reader
    with the same probability whenever it gets to the head. While readers hold the
    lock, the head is a writer.
    """
    chain = {}
    to_visit = [(0, 0, 0)]
    while to_visit:
        state = to_visit.pop()
        if state in chain:
            continue
        chain[state] = {}
        for target, rate in _lock_moves(*state):
            if rate > 0:
                chain[state][target] = chain[state].get(target, 0.0) + rate
        to_visit.extend(chain[state])
    return chain


def _lock_moves(readers, writers, waiting):
    """Yield (state, rate) for each way out of a state of the lock."""
    asked = (WORKERS - readers - writers - waiting) / THINK_MEAN_MS
    released = 1 / HOLD_MEAN_MS
    if writers:
        yield (0, 1, waiting + 1), asked
        for state, share in _admitted(waiting):
            yield state, released * share
        return
    if waiting:
        yield (readers, 0, waiting + 1), asked
        after_last = (0, 1, waiting - 1)
    else:
        yield (readers + 1, 0, 0), asked * SHARED_SHARE
        yield ((readers, 0, 1) if readers else (0, 1, 0)), asked * (1 - SHARED_SHARE)
        after_last = (0, 0, 0)
    if readers:
        yield (after_last if readers == 1 else (readers - 1, 0, waiting)), released * readers


def _admitted(waiting):
    """Yield (state, probability) after a writer has left so many waiting: readers enter up to the next writer."""
    share = 1.0
    for readers in range(waiting):
        writer_next = (readers, 0, waiting - readers) if readers else (0, 1, waiting - 1)
        yield writer_next, share * (1 - SHARED_SHARE)
        share *= SHARED_SHARE
    yield (waiting, 0, 0), share


def _stationary_shares(rates):
    """Shares of time in each state of a chain, by the elimination of Grassmann, Taksar and Heyman."""
    count = len(rates)
    for last in range(count - 1, 0, -1):
        row = rates[last]
        total = sum(row[:last])
        for state in range(last):
            into = rates[state][last] / total
            rates[state][last] = into
            if into:
                for other in range(last):
                    rates[state][other] += into * row[other]
    shares = [1.0]
    for state in range(1, count):
        shares.append(sum(shares[before] * rates[before][state] for before in range(state)))
    whole = sum(shares)
    return [share / whole for share in shares]


def _shrinking(deviation, size):
    """A standard deviation that was measured at a size and shrinks with the root of it."""
    return lambda other: deviation * math.sqrt(size / other)


MODELS = {
    model.name: model
    for model in (
        # Deviations of W1 and W2: of 200 runs of Cimba's event style with seeds 1000 to 1199. W3: messages arrive as
        # a Poisson process of MESSAGES a unit of time, so the time of the n-th is Erlang distributed.
        Model("W1", "M/M/25 at 0.9 load", 1_000_000, 2, "mean wait, service times",
              queue_mean_wait, _shrinking(0.00731, 1_000_000)),
        Model("W2", "25 workers, FIFO readers-writer lock, 90 % shared", 1_000_000, 2, "mean lock wait, ms",
              lock_mean_wait_ms, _shrinking(0.00330, 1_000_000)),
        Model("W3", "hold model, 1024 entities × 16 messages", 5_000_000, 1, "end time, mean delays",
              lambda size: size / MESSAGES, lambda size: math.sqrt(size) / MESSAGES),
    )
}
