// The commands' results as JSON text, for scripts. All in one file, because nlohmann's templates cost
// seconds to compile. Keys are stable: removing or renaming one is a change that CHANGELOG.md names.
#pragma once

#include "aoetools/census.h"
#include "aoetools/device_name.h"
#include "aoetools/driver.h"
#include "aoetools/load.h"
#include "aoetools/narrator.h"

#include <chrono>
#include <string>
#include <vector>

namespace aoetools {

std::string json_text(const std::vector<Device>& devices);
std::string json_text(const std::vector<TargetFound>& targets);
std::string json_text(const Told& told);  // one line
std::string json_text(aoe::Address target, const LoadPlan& plan, const LoadResult& result);

// A device that `aoe wait` waits for.
struct Awaited {
  DeviceName name;
  bool present = false;
  std::chrono::milliseconds after{0};  // how long it took, or has been waited for so far
  std::string lack;                    // why it cannot be used; empty when present
};
std::string json_text(const std::vector<Awaited>& devices);

}  // namespace aoetools
