// The commands of vbladectl.
#pragma once

#include "cli/invocation.h"

namespace vblade::ctl {

int config(const cli::Invocation& invocation);
int drain(const cli::Invocation& invocation);
int mask(const cli::Invocation& invocation);
int reload(const cli::Invocation& invocation);
int reserve(const cli::Invocation& invocation);
int stats(const cli::Invocation& invocation);
int status(const cli::Invocation& invocation);
int top(const cli::Invocation& invocation);

}  // namespace vblade::ctl
