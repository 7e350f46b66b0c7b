/* W3: hold model. Each entity sends a message that it received on to a
 * uniformly random entity, after an exponential delay. */
#include "engine.h"
#include "models.h"

static uint64_t received[ENTITIES]; /* an entity's state: a count */
static uint64_t messages_left;
static double end_time;

static uint64_t *random_entity(void)
{
    /* The top ten bits: uniform over 1024 without a division. */
    return &received[cmb_random_sfc64() >> 54];
}

/* Counts a message at its entity; ends the run with the last. */
static void receive(uint64_t *entity)
{
    ++*entity;
    if (--messages_left == 0) {
        end_time = cmb_time();
        cmb_event_queue_clear();
    }
}

/* Event style: the entity is the event's subject. */

static void arrive(void *subject, void *object)
{
    (void)object;
    receive(subject);
    if (messages_left > 0)
        cmb_event_schedule(arrive, random_entity(), NULL,
                           cmb_time() + cpy_random_exponential(DELAY_MEAN), 0);
}

struct outcome hold_by_events(uint64_t size)
{
    messages_left = size;
    for (int i = 0; i < ENTITIES * MESSAGES_EACH; i++)
        cmb_event_schedule(arrive, &received[i % ENTITIES], NULL,
                           cpy_random_exponential(DELAY_MEAN), 0);
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return (struct outcome){size, cpu_seconds() - start, end_time};
}

/* Process style: a message is a process that travels between entities. */

static void *travel(struct cmb_process *self, void *context)
{
    (void)self;
    uint64_t *entity = context;
    while (messages_left > 0) {
        cmb_process_hold(cpy_random_exponential(DELAY_MEAN));
        receive(entity);
        entity = random_entity();
    }
    return NULL;
}

struct outcome hold_by_processes(uint64_t size)
{
    messages_left = size;
    for (int i = 0; i < ENTITIES * MESSAGES_EACH; i++) {
        struct cmb_process *message = cmb_process_create();
        cmb_process_initialize(message, "message", travel,
                               &received[i % ENTITIES], 0);
        cmb_process_start(message);
    }
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return (struct outcome){size, cpu_seconds() - start, end_time};
}
