"""The reference models as SimPy's documentation writes such models: generator processes.

Each function takes (size, random) and returns run(), which runs the model to
its end and returns the statistic.
"""

import simpy

from constants import (
    DELAY_MEAN, ENTITIES, HOLD_MEAN_MS, LOAD, MESSAGES_EACH, SERVERS, SERVICE_MEAN,
    SHARED_SHARE, THINK_MEAN_MS, WORKERS,
)
from lock import Lock


def queue(size, random):
    """W1: a process for each customer, and one Resource of 25 servers."""
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=SERVERS)
    exponential = random.expovariate
    arrival_rate = LOAD * SERVERS / SERVICE_MEAN
    wait_sum = 0.0

    def customer():
        nonlocal wait_sum
        arrived = env.now
        with servers.request() as request:
            yield request
            wait_sum += env.now - arrived
            yield env.timeout(exponential(1 / SERVICE_MEAN))

    def source():
        for _ in range(size):
            yield env.timeout(exponential(arrival_rate))
            env.process(customer())

    def run():
        env.process(source())
        env.run()
        return wait_sum / size

    return run


def lock(size, random):
    """W2: a process for each worker; an Event for each grant that must be waited for."""
    env = simpy.Environment()
    exponential = random.expovariate
    gate = Lock()
    done = env.event()
    held = grants = 0
    wait_sum = 0.0

    def worker():
        nonlocal held, grants, wait_sum
        while True:
            yield env.timeout(exponential(1 / THINK_MEAN_MS))
            asked = env.now
            shared = random.random() < SHARED_SHARE
            granted = env.event()
            if not gate.ask(shared, granted):
                yield granted
            grants += 1
            wait_sum += env.now - asked
            yield env.timeout(exponential(1 / HOLD_MEAN_MS))
            for admitted in gate.give_back(shared):
                admitted.succeed()
            held += 1
            if held == size:
                done.succeed()

    def run():
        for _ in range(WORKERS):
            env.process(worker())
        env.run(until=done)
        return wait_sum / grants

    return run


def hold(size, random):
    """W3: a message is a process that travels between entities."""
    env = simpy.Environment()
    exponential = random.expovariate
    received = [0] * ENTITIES
    done = env.event()
    left = size

    def message(entity):
        nonlocal left
        while True:
            yield env.timeout(exponential(1 / DELAY_MEAN))
            received[entity] += 1
            entity = int(random.random() * ENTITIES)
            left -= 1
            if left == 0:
                done.succeed()

    def run():
        for first in range(ENTITIES * MESSAGES_EACH):
            env.process(message(first % ENTITIES))
        env.run(until=done)
        return env.now

    return run
