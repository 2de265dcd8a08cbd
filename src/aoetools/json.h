// The commands' results as JSON text, for scripts. All in one file, because nlohmann's templates cost
// seconds to compile. Keys are stable: removing or renaming one is a change that CHANGELOG.md names.
#pragma once

#include "aoetools/driver.h"

#include <string>
#include <vector>

namespace aoetools {

std::string json_text(const std::vector<Device>& devices);

}  // namespace aoetools
