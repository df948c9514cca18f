/* Runs a fuzz target over files that are kept: `fuzz_NAME FILE|FOLDER...`. A crash is a failure, and so is a folder
 * without a file: a corpus that got lost would otherwise look like a pass. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { LARGEST_INPUT = 16 * 1024 * 1024 };

/* The input lies in a block of exactly its size, so that ASan sees a read past its end. */
static int replay_file(const char *path)
{
    FILE *stream = fopen(path, "rb");
    struct stat status;
    uint8_t *bytes = NULL;
    size_t length;
    int answer = -1;

    if (stream != NULL && fstat(fileno(stream), &status) == 0 && status.st_size <= LARGEST_INPUT &&
        (bytes = malloc(status.st_size == 0 ? 1 : (size_t)status.st_size)) != NULL) {
        length = fread(bytes, 1, (size_t)status.st_size, stream);
        answer = LLVMFuzzerTestOneInput(bytes, length);
    }
    if (answer != 0)
        fprintf(stderr, "'%s' could not be replayed\n", path);
    free(bytes);
    if (stream != NULL)
        fclose(stream);
    return answer;
}

/* The number of files that were replayed, or -1. */
static long replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    long replayed = 0;

    for (int i = 0; i < count; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && replayed >= 0)
            replayed = replay_file(path) == 0 ? replayed + 1 : -1;
        free(entries[i]);
    }
    free(entries);
    if (count < 0 || replayed == 0)
        fprintf(stderr, "'%s' holds no input to replay\n", folder);
    return replayed == 0 ? -1 : replayed;
}

int main(int argc, char **argv)
{
    long total = 0;

    for (int i = 1; i < argc; i++) {
        struct stat status;
        long replayed;

        if (stat(argv[i], &status) == 0 && S_ISREG(status.st_mode))
            replayed = replay_file(argv[i]) == 0 ? 1 : -1;
        else
            replayed = replay_folder(argv[i]);
        if (replayed < 0)
            return EXIT_FAILURE;
        total += replayed;
    }
    if (total == 0) {
        fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
        return EXIT_FAILURE;
    }
    printf("%ld inputs replayed\n", total);
    return EXIT_SUCCESS;
}
