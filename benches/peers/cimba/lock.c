/* W2: workers in a closed loop over a FIFO readers-writer lock.
 *
 * Nobody overtakes: a request waits while an earlier one waits, and a release
 * lets in the longest-waiting writer, or all readers up to the next writer. */
#include "engine.h"
#include "models.h"

struct worker {
    struct cmb_process *process; /* of the process style alone */
    double asked;
    int shared;
};

static struct worker workers[WORKERS];
static struct worker *waiting[WORKERS]; /* a ring */
static unsigned waiting_head, waiting_count;
static int readers, writers;
static uint64_t holds_left, grants;
static double wait_sum_ms;

static int is_admissible(const struct worker *worker)
{
    return worker->shared ? writers == 0 : readers + writers == 0;
}

static void admit(const struct worker *worker)
{
    if (worker->shared)
        readers++;
    else
        writers++;
    grants++;
    wait_sum_ms += cmb_time() - worker->asked;
}

/* True if the lock is the worker's at once; else it stands in line. */
static int ask(struct worker *worker)
{
    worker->asked = cmb_time();
    worker->shared = draw_shared();
    if (waiting_count == 0 && is_admissible(worker)) {
        admit(worker);
        return 1;
    }
    waiting[(waiting_head + waiting_count++) % WORKERS] = worker;
    return 0;
}

/* Gives the lock back and wakes, by `wake`, whom that lets in. Ends the run
 * with the last hold. */
static void give_back(const struct worker *worker,
                      void (*wake)(struct worker *))
{
    if (worker->shared)
        readers--;
    else
        writers--;
    if (--holds_left == 0) {
        cmb_event_queue_clear();
        return;
    }
    while (waiting_count > 0 && is_admissible(waiting[waiting_head])) {
        struct worker *next = waiting[waiting_head];
        waiting_head = (waiting_head + 1) % WORKERS;
        waiting_count--;
        admit(next);
        wake(next);
    }
}

static struct outcome outcome_since(double start, uint64_t size)
{
    return (struct outcome){2 * size, cpu_seconds() - start,
                            wait_sum_ms / grants};
}

/* Event style. */

static void end_think(void *subject, void *object);

static void end_hold(void *subject, void *object);

static void begin_hold(struct worker *worker)
{
    cmb_event_schedule(end_hold, worker, NULL,
                       cmb_time() + cpy_random_exponential(HOLD_MEAN_MS), 0);
}

static void begin_think(struct worker *worker)
{
    cmb_event_schedule(end_think, worker, NULL,
                       cmb_time() + cpy_random_exponential(THINK_MEAN_MS), 0);
}

static void end_think(void *subject, void *object)
{
    (void)object;
    if (ask(subject))
        begin_hold(subject);
}

static void end_hold(void *subject, void *object)
{
    (void)object;
    give_back(subject, begin_hold);
    if (holds_left > 0)
        begin_think(subject);
}

struct outcome lock_by_events(uint64_t size)
{
    holds_left = size;
    for (int i = 0; i < WORKERS; i++)
        begin_think(&workers[i]);
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return outcome_since(start, size);
}

/* Process style: a worker that must wait yields, and who lets it in resumes
 * it. That is cheaper than a condition, which asks every waiter again. */

static void resume(struct worker *worker)
{
    cmb_process_resume(worker->process, 0);
}

static void *work(struct cmb_process *self, void *context)
{
    (void)self;
    struct worker *worker = context;
    while (holds_left > 0) {
        cmb_process_hold(cpy_random_exponential(THINK_MEAN_MS));
        if (!ask(worker))
            cmi_coroutine_yield(NULL);
        cmb_process_hold(cpy_random_exponential(HOLD_MEAN_MS));
        give_back(worker, resume);
    }
    return NULL;
}

struct outcome lock_by_processes(uint64_t size)
{
    holds_left = size;
    for (int i = 0; i < WORKERS; i++) {
        workers[i].process = cmb_process_create();
        cmb_process_initialize(workers[i].process, "worker", work,
                               &workers[i], 0);
        cmb_process_start(workers[i].process);
    }
    const double start = cpu_seconds();
    cmb_event_queue_execute();
    return outcome_since(start, size);
}
