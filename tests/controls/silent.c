/* Leaves nothing that could be compared. */
int main(void)
{
    volatile unsigned sum = 1;

    for (unsigned i = 0; i < 100; i++)
        sum = sum * 41 + i;
    return 0;
}
