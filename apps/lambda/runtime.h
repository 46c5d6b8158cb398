/* runtime.h - quothd as a Lambda function: asks the Runtime API for events and sends the answers,
 * for as long as the platform lets it live. docs/LAMBDA.md says what it does and why. */
#ifndef QUOTH_LAMBDA_RUNTIME_H
#define QUOTH_LAMBDA_RUNTIME_H

/* Serves the Runtime API that $AWS_LAMBDA_RUNTIME_API names with the model `path`, or, if it is
 * NULL, with the one that is found in $QUOTH_MODEL, beside the executable, in $LAMBDA_TASK_ROOT or
 * in the working directory. Returns an exit status, and only after a failure: a platform ends its
 * functions by killing them. */
int quoth_lambda_run(const char *path);

#endif
