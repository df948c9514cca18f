/* report_write FORMAT SAMPLE: a report of a sample on standard output, for golden.sh and check_reports.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/drift/report_sample.h"

int main(int count, char **arguments)
{
    const struct report_format *format = count == 3 ? report_format_find(text_from(arguments[1])) : NULL;
    const struct report_sample *source = report_samples;
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct sample_report sample;
    struct error error = {0};

    while (count == 3 && source->name != NULL && strcmp(source->name, arguments[2]) != 0)
        source++;
    if (format == NULL || source->name == NULL) {
        fputs("usage: report_write FORMAT SAMPLE\n", stderr);
        return 2;
    }
    sample_report_init(&sample, source);
    if (format->write(&output, &sample.report, &error) != ERROR_NONE) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    fwrite(output.bytes, 1, output.length, stdout);
    sample_report_clear(&sample);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
