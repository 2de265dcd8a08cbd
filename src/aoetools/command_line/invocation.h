// The names of the room cli that every command uses.
#pragma once

#include "cli/invocation.h"
#include "cli/options.h"

namespace aoetools {

using cli::complain;
using cli::Example;
using cli::Invocation;
using cli::kDone;
using cli::kFailed;
using cli::kUsage;
using cli::Options;

}  // namespace aoetools
