// The commands of aoe-mount.
#pragma once

#include "cli/invocation.h"

namespace aoe_mount::command {

int abft(const cli::Invocation& invocation);
int add(const cli::Invocation& invocation);
int attach(const cli::Invocation& invocation);
int check(const cli::Invocation& invocation);
int down(const cli::Invocation& invocation);
int guard(const cli::Invocation& invocation);
int remove(const cli::Invocation& invocation);
int status(const cli::Invocation& invocation);
int up(const cli::Invocation& invocation);

}  // namespace aoe_mount::command
