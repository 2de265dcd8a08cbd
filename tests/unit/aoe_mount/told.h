// Told: a Story that is kept, one line a step, each with the sign of its mood.
#pragma once

#include "aoe_mount/run/story.h"

#include <string>

namespace tests {

class Told {
 public:
  aoe_mount::Story story{[this](aoe_mount::Story::Mood mood, std::string_view line) {
    using Mood = aoe_mount::Story::Mood;
    text += mood == Mood::good ? "+ " : mood == Mood::bad ? "! " : mood == Mood::warning ? "? " : "  ";
    text += line;
    text += '\n';
  }};
  std::string text;
};

}  // namespace tests
