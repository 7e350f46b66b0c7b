/* A FIFO of doubles in a ring that doubles when it is full. */
#ifndef PEERS_CIMBA_FIFO_H
#define PEERS_CIMBA_FIFO_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct fifo {
    double *slots;
    uint64_t mask; /* capacity - 1; the capacity is a power of two */
    uint64_t head, tail;
};

static inline double *fifo_slots(uint64_t capacity)
{
    double *slots = malloc(capacity * sizeof *slots);
    if (slots == NULL) {
        fputs("cimba: out of memory for the queue\n", stderr);
        exit(1);
    }
    return slots;
}

static inline void fifo_make(struct fifo *fifo)
{
    fifo->slots = fifo_slots(1024);
    fifo->mask = 1023;
    fifo->head = fifo->tail = 0;
}

static inline int fifo_is_empty(const struct fifo *fifo)
{
    return fifo->head == fifo->tail;
}

static inline void fifo_grow(struct fifo *fifo)
{
    const uint64_t count = fifo->tail - fifo->head;
    double *slots = fifo_slots(2 * count);
    for (uint64_t i = 0; i < count; i++)
        slots[i] = fifo->slots[(fifo->head + i) & fifo->mask];
    free(fifo->slots);
    fifo->slots = slots;
    fifo->mask = 2 * count - 1;
    fifo->head = 0;
    fifo->tail = count;
}

static inline void fifo_push(struct fifo *fifo, double value)
{
    if (fifo->tail - fifo->head > fifo->mask)
        fifo_grow(fifo);
    fifo->slots[fifo->tail++ & fifo->mask] = value;
}

static inline double fifo_pop(struct fifo *fifo)
{
    return fifo->slots[fifo->head++ & fifo->mask];
}

#endif
