#include "capture/capture_install.h"

#include "capture/odbc_install.h"
#include "capture/postgres_install.h"

static const struct capture_ops captures[] = {
    {&source_postgres, postgres_install, postgres_uninstall, postgres_capture_status, postgres_install_script},
    {&source_sqlserver, odbc_install, odbc_uninstall, odbc_capture_status, odbc_install_script},
    {&source_mariadb, odbc_install, odbc_uninstall, odbc_capture_status, NULL},
    {&source_odbc, odbc_install, odbc_uninstall, odbc_capture_status, NULL},
};

const struct capture_ops *capture_find(const char *reference)
{
    const struct source_ops *source = source_find(reference);

    for (size_t i = 0; i < LENGTH_OF(captures); i++)
        if (captures[i].source == source)
            return &captures[i];
    return NULL;
}
