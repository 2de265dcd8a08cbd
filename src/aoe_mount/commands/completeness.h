// Completeness: how far a command got.
#pragma once

#include "cli/invocation.h"

namespace aoe_mount {

enum class Completeness {
  whole,
  partial,  // without items that are not required; of `down`: unwritten data of a dead target is lost
  failed,   // something that is required is missing
};

inline int exit_status(Completeness reached) {
  switch (reached) {
    case Completeness::whole:
      return cli::kDone;
    case Completeness::partial:
      return cli::kPartial;
    case Completeness::failed:
      break;
  }
  return cli::kFailed;
}

}  // namespace aoe_mount
