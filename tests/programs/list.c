/* A linked list, reversed: pointers. */
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    int value;
};

static struct node *push(struct node *list, int value)
{
    struct node *node = malloc(sizeof(*node));

    node->next = list;
    node->value = value;
    return node;
}

static struct node *reverse(struct node *list)
{
    struct node *reversed = NULL;

    while (list) {
        struct node *next = list->next;

        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

int main(void)
{
    struct node *list = NULL;
    long sum = 0;

    for (int i = 0; i < 20; i++)
        list = push(list, i * i);
    list = reverse(list);
    for (struct node *n = list; n; n = n->next)
        sum = sum * 3 + n->value;
    printf("%ld\n", sum);
    return 0;
}
