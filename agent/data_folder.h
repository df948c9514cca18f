/* agent/data_folder.h - what lies in the folder `data` of the configuration: the agent's keys and its outbox. */
#ifndef DRIFTLINE_AGENT_DATA_FOLDER_H
#define DRIFTLINE_AGENT_DATA_FOLDER_H

#include "agent/outbox.h"
#include "agent/settings.h"
#include "wire/keys.h"

/* The keys of an agent, made when there are none, as the folder is; without opening the outbox: the agent may be
 * running. */
enum error_code data_folder_keys(struct key_pair *ret_keys, const struct settings *settings,
                                 struct error *error) MUST_CHECK;

/* ERROR_CONFLICT: another agent uses the folder. */
enum error_code data_folder_outbox(struct outbox **ret_outbox, const struct settings *settings,
                                   struct error *error) MUST_CHECK;

/* What the outbox is told of the configuration. */
struct outbox_settings data_folder_outbox_settings(const struct settings *settings);

#endif
