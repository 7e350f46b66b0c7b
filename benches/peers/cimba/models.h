/* The three reference models, each written in Cimba's two styles.
 *
 * A run function makes its model, runs it to the end and says what it saw;
 * the CPU clock starts when the model stands and before its first event. */
#ifndef PEERS_CIMBA_MODELS_H
#define PEERS_CIMBA_MODELS_H

#include <stdint.h>

struct outcome {
    uint64_t events;  /* timed events, as the README counts them */
    double cpu_s;     /* CPU seconds of this process from first event to last */
    double statistic; /* W1: mean wait; W2: mean lock wait, ms; W3: end time */
};

enum { SERVERS = 25, WORKERS = 25, ENTITIES = 1024, MESSAGES_EACH = 16 };

#define SERVICE_MEAN 1.0
#define LOAD 0.9
#define HOLD_MEAN_MS 0.2
#define THINK_MEAN_MS 1.0
#define SHARED_SHARE 0.9
#define DELAY_MEAN 1.0

/* `size`: customers, acquisitions or messages. */
struct outcome queue_by_events(uint64_t size);
struct outcome queue_by_processes(uint64_t size);
struct outcome lock_by_events(uint64_t size);
struct outcome lock_by_processes(uint64_t size);
struct outcome hold_by_events(uint64_t size);
struct outcome hold_by_processes(uint64_t size);

/* CPU seconds that this process has used. */
double cpu_seconds(void);

/* True with the probability SHARED_SHARE. */
int draw_shared(void);

#endif
