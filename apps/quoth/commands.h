/* commands.h - the commands of the workbench: one file each, cmd_NAME.c. */
#ifndef QUOTH_APP_COMMANDS_H
#define QUOTH_APP_COMMANDS_H

#include "cli/options.h"

extern const command command_train, command_eval, command_compare, command_tune, command_predict,
    command_transform, command_explain, command_topics, command_inspect, command_import,
    command_export, command_serve, command_package, command_quantize, command_completion;

/* All commands, NULL-ended. */
extern const command *const commands[];

#endif
