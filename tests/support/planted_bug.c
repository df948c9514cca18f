/* A program with a bug of each sort that the sanitizers must catch: `planted_bug overrun|overflow|leak|race`. Were it
 * to end well, all other tests would prove less than they seem to. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler must not see what the bug is. */
static volatile int one = 1;

static int overrun(void)
{
    char *bytes = malloc(8);
    char last;

    if (bytes == NULL)
        return 0;
    memset(bytes, 0, 8);
    last = bytes[7 + one];
    free(bytes);
    return last;
}

static int overflow(void)
{
    return INT_MAX - 1 + 2 * one;
}

static int leak(void)
{
    char *volatile bytes = malloc(8);
    int known = bytes != NULL;

    bytes = NULL;
    return known ? 0 : 1;
}

static int counted;

static void *count(void *context)
{
    counted += one;
    return context;
}

static int race(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, count, NULL) != 0)
        return 0;
    count(NULL);
    pthread_join(thread, NULL);
    return counted;
}

int main(int argc, char **argv)
{
    const char *bug = argc == 2 ? argv[1] : "";

    if (strcmp(bug, "overrun") == 0)
        printf("%d\n", overrun());
    else if (strcmp(bug, "overflow") == 0)
        printf("%d\n", overflow());
    else if (strcmp(bug, "leak") == 0)
        printf("%d\n", leak());
    else if (strcmp(bug, "race") == 0)
        printf("%d\n", race());
    else
        printf("usage: planted_bug overrun|overflow|leak|race\n");
    return EXIT_SUCCESS;
}
