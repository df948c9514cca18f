/* make_sample FOLDER: fills the store in a folder with the sample fleet, and prints the tokens, one a line: name and
 * secret. */
#include <stdio.h>
#include <stdlib.h>

#include "collector/feed/sample.h"

int main(int argc, char **argv)
{
    struct sample_tokens tokens;

    if (argc != 2)
        return EXIT_FAILURE;
    sample_fill(argv[1], &tokens);
    printf("read %s\ngate %s\noperate %s\nadmin %s\nexpired %s\n", tokens.read, tokens.gate, tokens.operate,
           tokens.admin, tokens.expired);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
