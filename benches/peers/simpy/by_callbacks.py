"""The reference models on SimPy's events alone: a Timeout with a callback, no generator.

That is less like SimPy's examples and faster, so it is the form to beat. Each
function takes (size, random) and returns run(), which runs the model to its
end and returns the statistic.
"""

from collections import deque

import simpy

from constants import (
    DELAY_MEAN, ENTITIES, HOLD_MEAN_MS, LOAD, MESSAGES_EACH, SERVERS, SERVICE_MEAN,
    SHARED_SHARE, THINK_MEAN_MS, WORKERS,
)
from lock import Lock


def queue(size, random):
    """W1: arrivals and departures as callbacks, the line as a deque of arrival times."""
    env = simpy.Environment()
    exponential = random.expovariate
    arrival_rate = LOAD * SERVERS / SERVICE_MEAN
    waiting = deque()
    free = SERVERS
    left = size
    wait_sum = 0.0

    def arrive(_event):
        nonlocal free, left
        left -= 1
        if left:
            env.timeout(exponential(arrival_rate)).callbacks.append(arrive)
        if free:
            free -= 1
            env.timeout(exponential(1 / SERVICE_MEAN)).callbacks.append(depart)
        else:
            waiting.append(env.now)

    def depart(_event):
        nonlocal free, wait_sum
        if waiting:
            wait_sum += env.now - waiting.popleft()
            env.timeout(exponential(1 / SERVICE_MEAN)).callbacks.append(depart)
        else:
            free += 1

    def run():
        env.timeout(exponential(arrival_rate)).callbacks.append(arrive)
        env.run()
        return wait_sum / size

    return run


def lock(size, random):
    """W2: the ends of thinking and holding as callbacks; the value says whose they are."""
    env = simpy.Environment()
    exponential = random.expovariate
    gate = Lock()
    done = env.event()
    held = grants = 0
    wait_sum = 0.0

    def think():
        env.timeout(exponential(1 / THINK_MEAN_MS)).callbacks.append(ask)

    def enter(ticket):
        nonlocal grants, wait_sum
        asked, shared = ticket
        grants += 1
        wait_sum += env.now - asked
        env.timeout(exponential(1 / HOLD_MEAN_MS), shared).callbacks.append(leave)

    def ask(_event):
        shared = random.random() < SHARED_SHARE
        ticket = (env.now, shared)
        if gate.ask(shared, ticket):
            enter(ticket)

    def leave(event):
        nonlocal held
        for ticket in gate.give_back(event.value):
            enter(ticket)
        think()
        held += 1
        if held == size:
            done.succeed()

    def run():
        for _ in range(WORKERS):
            think()
        env.run(until=done)
        return wait_sum / grants

    return run


def hold(size, random):
    """W3: a message is a Timeout whose value is the entity that it travels to."""
    env = simpy.Environment()
    exponential = random.expovariate
    received = [0] * ENTITIES
    done = env.event()
    left = size

    def arrive(event):
        nonlocal left
        received[event.value] += 1
        left -= 1
        if left == 0:
            done.succeed()
        send(int(random.random() * ENTITIES))

    def send(entity):
        env.timeout(exponential(1 / DELAY_MEAN), entity).callbacks.append(arrive)

    def run():
        for first in range(ENTITIES * MESSAGES_EACH):
            send(first % ENTITIES)
        env.run(until=done)
        return env.now

    return run
