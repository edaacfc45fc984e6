/* Strings and memory: words are split, compared, reversed and copied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "the quick brown fox jumps over the lazy dog while seven old wizards box with five gnomes and "
    "a cat looks on from the wall that nobody ever painted in any colour but grey";

static void turn(char *word)
{
    for (char *end = word + strlen(word); word < end; word++) {
        char kept = *--end;

        *end = *word;
        *word = kept;
    }
}

static unsigned count_same(char words[][16], int n)
{
    unsigned same = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            same += strcmp(words[i], words[j]) == 0;
    return same;
}

static unsigned checksum(const char *bytes, size_t n)
{
    unsigned sum = 1;

    for (size_t i = 0; i < n; i++)
        sum = sum * 31 + (unsigned char)bytes[i];
    return sum;
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    unsigned sum = 0;

    for (int s = 0; s < scale * 100; s++) {
        char copy[sizeof(text)], words[64][16];
        int n = 0;

        memcpy(copy, text, sizeof(text));
        for (char *word = strtok(copy, " "); word && n < 64; word = strtok(NULL, " ")) {
            snprintf(words[n], sizeof(words[n]), "%s", word);
            turn(words[n++]);
        }
        sum += count_same(words, n) + checksum(words[s % n], strlen(words[s % n])) + checksum(text, sizeof(text));
    }
    printf("%u\n", sum);
    return 0;
}
