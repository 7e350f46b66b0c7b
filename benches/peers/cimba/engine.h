/* The calls of the Cimba 3 engine that the reference models make.
 *
 * The wheel carries the compiled library and no C headers, so the few entry
 * points are declared here. Structures stay opaque: the library allocates
 * them. main.c refuses a library of another major version. */
#ifndef PEERS_CIMBA_ENGINE_H
#define PEERS_CIMBA_ENGINE_H

#include <stddef.h>
#include <stdint.h>

struct cmb_process;
struct cmb_objectqueue;

typedef void event_action(void *subject, void *object);
typedef void *process_body(struct cmb_process *self, void *context);

extern const char *cimba_version(void);

/* The event queue and the clock (times in the model's own unit). */
extern void cmb_event_queue_initialize(double start_time);
extern void cmb_event_queue_execute(void);
extern void cmb_event_queue_clear(void);
extern uint64_t cmb_event_schedule(event_action *action, void *subject,
                                   void *object, double time,
                                   int64_t priority);
extern double cmb_time(void);

/* Random numbers: sfc64, ziggurat exponentials. */
extern void cmb_random_initialize(uint64_t seed);
extern uint64_t cmb_random_sfc64(void);
extern double cpy_random_exponential(double mean);

/* Processes are coroutines. */
extern struct cmb_process *cmb_process_create(void);
extern void cmb_process_initialize(struct cmb_process *process,
                                   const char *name, process_body *body,
                                   void *context, int64_t priority);
extern void cmb_process_start(struct cmb_process *process);
extern int64_t cmb_process_hold(double duration);
extern void cmb_process_resume(struct cmb_process *process, int64_t signal);
extern void *cmi_coroutine_yield(void *message);

/* A FIFO between processes; a get from an empty queue waits. */
extern struct cmb_objectqueue *cmb_objectqueue_create(void);
extern void cmb_objectqueue_initialize(struct cmb_objectqueue *queue,
                                       const char *name, uint64_t capacity);
extern int64_t cmb_objectqueue_put(struct cmb_objectqueue *queue,
                                   void *object);
extern int64_t cmb_objectqueue_get(struct cmb_objectqueue *queue,
                                   void **object);

#endif
