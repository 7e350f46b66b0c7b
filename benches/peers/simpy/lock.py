"""A FIFO readers-writer lock: nobody overtakes, neighbouring readers enter together."""

from collections import deque


class Lock:
    """Decides who holds the lock; how a holder is told is the model's own matter."""

    def __init__(self):
        self.readers = 0
        self.writing = False
        self.waiting = deque()

    def ask(self, shared, ticket):
        """Return True if the lock is granted at once, else put the ticket in line."""
        if not self.waiting and self._is_admissible(shared):
            self._admit(shared)
            return True
        self.waiting.append((shared, ticket))
        return False

    def give_back(self, shared):
        """Release one hold and return the tickets of those that it lets in, in order."""
        if shared:
            self.readers -= 1
        else:
            self.writing = False
        admitted = []
        while self.waiting and self._is_admissible(self.waiting[0][0]):
            next_shared, ticket = self.waiting.popleft()
            self._admit(next_shared)
            admitted.append(ticket)
        return admitted

    def _is_admissible(self, shared):
        return not self.writing and (shared or self.readers == 0)

    def _admit(self, shared):
        if shared:
            self.readers += 1
        else:
            self.writing = True
