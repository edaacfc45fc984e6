/* Pointer chasing: a shuffled ring and a binary tree. */
#include <stdio.h>
#include <stdlib.h>

#define NODES 4096

static struct node {
    struct node *next, *left, *right;
    unsigned key;
} nodes[NODES];

static unsigned state = 12345;

static unsigned draw(void)
{
    state = state * 1103515245u + 12345u;
    return state >> 8;
}

static void link_ring(void)
{
    unsigned order[NODES];

    for (unsigned i = 0; i < NODES; i++)
        order[i] = i;
    for (unsigned i = NODES - 1; i > 0; i--) {
        unsigned j = draw() % (i + 1), kept = order[i];

        order[i] = order[j];
        order[j] = kept;
    }
    for (unsigned i = 0; i < NODES; i++)
        nodes[order[i]].next = &nodes[order[(i + 1) % NODES]];
}

static void insert(struct node **root, struct node *node)
{
    while (*root)
        root = node->key < (*root)->key ? &(*root)->left : &(*root)->right;
    *root = node;
}

static const struct node *find(const struct node *root, unsigned key)
{
    while (root && root->key != key)
        root = key < root->key ? root->left : root->right;
    return root;
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    struct node *root = NULL, *at = nodes;
    unsigned sum = 0, found = 0;

    link_ring();
    for (unsigned i = 0; i < NODES; i++) {
        nodes[i].key = draw() % 65536;
        insert(&root, &nodes[i]);
    }
    for (int i = 0; i < scale * 100000; i++) {
        sum += at->key;
        at = at->next;
    }
    for (int i = 0; i < scale * 20000; i++)
        found += find(root, draw() % 65536) != NULL;
    printf("%u %u\n", sum, found);
    return 0;
}
