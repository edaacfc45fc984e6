/* A small machine whose instructions are chosen by a switch. */
#include <stdio.h>
#include <stdlib.h>

enum { LOAD, ADD, SUB, MUL, STORE, JUMP, LOOP, END };

static const struct instruction {
    int what, a, b;
} code[] = { { LOAD, 1, 7 },  { ADD, 1, 2 }, { MUL, 1, 3 },   { SUB, 2, 1 },  { JUMP, 6, 0 }, { ADD, 3, 3 },
             { STORE, 1, 4 }, { ADD, 5, 1 }, { STORE, 5, 6 }, { LOOP, 0, 0 }, { END, 0, 0 } };

static unsigned execute(unsigned rounds)
{
    unsigned registers[8] = { rounds, 1, 2, 3, 4, 5, 6, 7 }, memory[16] = { 0 };

    for (unsigned at = 0;;) {
        const struct instruction *i = &code[at++];

        switch (i->what) {
        case LOAD:
            registers[i->a] = memory[i->b] + 3;
            break;
        case ADD:
            registers[i->a] += registers[i->b];
            break;
        case SUB:
            registers[i->a] -= registers[i->b];
            break;
        case MUL:
            registers[i->a] *= registers[i->b];
            break;
        case STORE:
            memory[i->b] ^= registers[i->a];
            break;
        case JUMP:
            at = (unsigned)i->a;
            break;
        case LOOP:
            if (--registers[0] > 0)
                at = 0;
            break;
        default:
            return memory[4] ^ memory[6];
        }
    }
}

int main(int argc, char **argv)
{
    printf("%u\n", execute(100000u * (argc > 1 ? (unsigned)atoi(argv[1]) : 1u)));
    return 0;
}
