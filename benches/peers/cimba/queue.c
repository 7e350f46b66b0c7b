/* W1: M/M/25 at 0.9 load, FIFO. */
#include <string.h>

#include "engine.h"
#include "fifo.h"
#include "models.h"

static const double arrival_mean = SERVICE_MEAN / (LOAD * SERVERS);
static uint64_t customers_left;
static double wait_sum;

/* Event style: two actions, and a count of busy servers. */

static struct fifo waiting;
static int busy_servers;

static void depart(void *subject, void *object);

static void schedule_departure(void)
{
    cmb_event_schedule(depart, NULL, NULL,
                       cmb_time() + cpy_random_exponential(SERVICE_MEAN), 0);
}

static void arrive(void *subject, void *object)
{
    (void)subject;
    (void)object;
    const double now = cmb_time();
    if (--customers_left > 0)
        cmb_event_schedule(arrive, NULL, NULL,
                           now + cpy_random_exponential(arrival_mean), 0);
    if (busy_servers < SERVERS) {
        busy_servers++;
        schedule_departure();
    } else {
        fifo_push(&waiting, now);
    }
}

static void depart(void *subject, void *object)
{
    (void)subject;
    (void)object;
    if (fifo_is_empty(&waiting)) {
        busy_servers--;
        return;
    }
    wait_sum += cmb_time() - fifo_pop(&waiting);
    schedule_departure();
}

struct outcome queue_by_events(uint64_t size)
{
    customers_left = size;
    fifo_make(&waiting);
    cmb_event_schedule(arrive, NULL, NULL,
                       cpy_random_exponential(arrival_mean), 0);
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return (struct outcome){2 * size, cpu_seconds() - start, wait_sum / size};
}

/* Process style: a process that brings customers and one for each server,
 * with an object queue between. The object is the customer's arrival time,
 * carried in the pointer itself, which spares an allocation. */

static struct cmb_objectqueue *line;

static void *bring_customers(struct cmb_process *self, void *context)
{
    (void)self;
    (void)context;
    while (customers_left-- > 0) {
        cmb_process_hold(cpy_random_exponential(arrival_mean));
        const double now = cmb_time();
        void *customer;
        memcpy(&customer, &now, sizeof customer);
        cmb_objectqueue_put(line, customer);
    }
    return NULL;
}

static void *serve(struct cmb_process *self, void *context)
{
    (void)self;
    (void)context;
    for (;;) {
        void *customer = NULL;
        cmb_objectqueue_get(line, &customer);
        double arrived;
        memcpy(&arrived, &customer, sizeof arrived);
        wait_sum += cmb_time() - arrived;
        cmb_process_hold(cpy_random_exponential(SERVICE_MEAN));
    }
    return NULL;
}

struct outcome queue_by_processes(uint64_t size)
{
    customers_left = size;
    line = cmb_objectqueue_create();
    cmb_objectqueue_initialize(line, "line", UINT64_MAX);
    struct cmb_process *source = cmb_process_create();
    cmb_process_initialize(source, "source", bring_customers, NULL, 0);
    cmb_process_start(source);
    for (int i = 0; i < SERVERS; i++) {
        struct cmb_process *server = cmb_process_create();
        cmb_process_initialize(server, "server", serve, NULL, 0);
        cmb_process_start(server);
    }
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return (struct outcome){2 * size, cpu_seconds() - start, wait_sum / size};
}
