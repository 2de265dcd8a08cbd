// What the server says about itself, as tables for people.
#pragma once

#include "aoe/address.h"
#include "base/json.h"

#include <chrono>
#include <string>

namespace vblade {

// What is exported, and how it fares.
std::string status_text(const base::Json& status);
// What was asked of each export, by whom, and through which interface.
std::string stats_text(const base::Json& status);
// What happened between two answers: rates.
std::string top_text(const base::Json& before, const base::Json& now, std::chrono::duration<double> between);
// One export's config string, or its mask list or reservation, one address a line. `key` is its name in the
// JSON.
std::string export_text(const base::Json& status, aoe::Address address, const char* key);

}  // namespace vblade
