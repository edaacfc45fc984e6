/* With part_main.c. */
int other(int n)
{
    return n <= SCALE ? n : other(n - SCALE) * 2;
}
