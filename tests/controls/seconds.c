/* Its output depends on the second in which it runs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void)
{
    srand((unsigned)time(NULL));
    printf("drawn %d\n", rand() % 1000003);
    return 0;
}
