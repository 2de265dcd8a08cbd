// The server's JSON as tables for people.
#pragma once

#include "aoe/address.h"

#include <chrono>
#include <string>

namespace vblade {

// What is exported, and how it fares.
std::string status_text(const std::string& json);
// What was asked of each export, by whom, and through which interface.
std::string stats_text(const std::string& json);
// What happened between two answers: rates.
std::string top_text(const std::string& before, const std::string& now,
                     std::chrono::duration<double> between);
// One export's config string, or its mask list or reservation, one address a line. `key` is its name in the
// JSON.
std::string export_text(const std::string& json, aoe::Address address, const char* key);

}  // namespace vblade
