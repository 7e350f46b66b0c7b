/* Runs one reference model on Cimba and prints one line of JSON.
 *
 * Usage: cimba MODEL FORM SIZE SEED
 * MODEL: W1, W2 or W3; FORM: events or processes; SIZE: customers,
 * acquisitions or messages. Exit code 2 for arguments that it cannot use, and
 * for a library that it does not know. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "models.h"

struct choice {
    const char *model, *form;
    struct outcome (*run)(uint64_t size);
};

static const struct choice choices[] = {
    {"W1", "events", queue_by_events}, {"W1", "processes", queue_by_processes},
    {"W2", "events", lock_by_events},  {"W2", "processes", lock_by_processes},
    {"W3", "events", hold_by_events},  {"W3", "processes", hold_by_processes},
};

double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

int draw_shared(void)
{
    return (double)(cmb_random_sfc64() >> 11) * 0x1.0p-53 < SHARED_SHARE;
}

static int parse_count(const char *text, uint64_t *count)
{
    char *end;
    errno = 0;
    *count = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9';
}

static int refuse(const char *what, const char *found)
{
    fprintf(stderr,
            "cimba: %s, found '%s'\n"
            "usage: cimba W1|W2|W3 events|processes SIZE SEED\n",
            what, found);
    return 2;
}

int main(int argc, char **argv)
{
    uint64_t size, seed;
    if (argc != 5)
        return refuse("expected four arguments", argc > 1 ? argv[1] : "");
    if (!parse_count(argv[3], &size) || size == 0)
        return refuse("SIZE must be a whole number from 1", argv[3]);
    if (!parse_count(argv[4], &seed))
        return refuse("SEED must be a whole number", argv[4]);
    if (strncmp(cimba_version(), "3.", 2) != 0)
        return refuse("these models are written for the library's version 3",
                      cimba_version());
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        const struct choice *choice = &choices[i];
        if (strcmp(choice->model, argv[1]) || strcmp(choice->form, argv[2]))
            continue;
        cmb_random_initialize(seed);
        cmb_event_queue_initialize(0.0);
        const struct outcome seen = choice->run(size);
        printf("{\"kernel\": \"cimba\", \"form\": \"%s\", \"model\": \"%s\", "
               "\"events\": %" PRIu64 ", \"cpu_s\": %.9f, "
               "\"statistic\": %.9g, \"version\": \"%s\"}\n",
               choice->form, choice->model, seen.events, seen.cpu_s,
               seen.statistic, cimba_version());
        fflush(stdout);
        /* Processes may still be suspended: leave without unwinding them. */
        _Exit(0);
    }
    return refuse("no such model and form", argv[1]);
}
