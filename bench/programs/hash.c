/* A hash table with chains, filled and emptied. */
#include <stdio.h>
#include <stdlib.h>

#define SLOTS 1024

static struct entry {
    struct entry *next;
    unsigned key, value;
} *slots[SLOTS];

static unsigned hash_of(unsigned key)
{
    return key * 2654435761u >> 22;
}

static struct entry **find(unsigned key)
{
    struct entry **at = &slots[hash_of(key)];

    while (*at && (*at)->key != key)
        at = &(*at)->next;
    return at;
}

static void add(unsigned key, unsigned value)
{
    struct entry **at = find(key);

    if (!*at) {
        *at = calloc(1, sizeof(**at));
        (*at)->key = key;
    }
    (*at)->value += value;
}

static unsigned drop(unsigned key)
{
    struct entry **at = find(key), *gone = *at;
    unsigned value = gone ? gone->value : 0;

    if (gone) {
        *at = gone->next;
        free(gone);
    }
    return value;
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    unsigned state = 1, sum = 0;

    for (int i = 0; i < scale * 50000; i++) {
        state = state * 1664525u + 1013904223u;
        add(state >> 20, (unsigned)i);
        if (i % 3 == 0)
            sum += drop(state >> 18 & 4095);
    }
    printf("%u\n", sum);
    return 0;
}
