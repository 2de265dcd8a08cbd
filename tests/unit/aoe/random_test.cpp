// The rules that hold for every request (tests/fuzz/target_properties.h), for requests made at random with a
// fixed seed, and for the seeds and finds of the fuzzer.
#include "tests/fuzz/target_properties.h"
#include "tests/unit/aoe/frames.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace {

using frames::Frame;

class Dice {
 public:
  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(engine_); }
  bool once_in(unsigned times) { return below(times) == 0; }
  // One of these mostly, else any byte.
  unsigned byte(std::initializer_list<unsigned> likely) {
    return once_in(8) ? below(256) : *(likely.begin() + below(static_cast<unsigned>(likely.size())));
  }

 private:
  std::mt19937 engine_{20261122};
};

Frame random_request(Dice& dice) {
  const aoe::Address to = dice.once_in(6) ? aoe::Address::broadcast() : frames::kAddress;
  const base::MacAddress source = dice.once_in(3) ? frames::kOther : frames::kClient;
  switch (dice.below(4)) {
    case 0:
      return frames::ata(
          {.opcode = dice.byte({0x20, 0x24, 0x30, 0x34, 0x06, 0xb0, 0xec, 0xe7, 0x42, 0xef, 0xe5}),
           .count = dice.byte({0, 1, 2, 3, 17, 255}),
           .lba = dice.once_in(4) ? 0xffff'ffff'ffffULL : std::uint64_t{dice.below(1002)},
           .feature = dice.byte({0, 1, 0x02, 0x82, 0xd0, 0xd5, 0xda}),
           .flags = dice.below(256),
           .payload = 512 * dice.below(4) + dice.below(3),
           .source = source,
           .to = to});
    case 1:
      return frames::config(dice.byte({0, 1, 2, 3, 4}), std::string(dice.below(1030), 'c'), to, source);
    case 2: {
      std::vector<frames::Directive> directives(dice.below(12));
      for (auto& directive : directives) directive = {dice.byte({0, 1, 2}), frames::mac(dice.below(6))};
      return frames::mask(dice.byte({0, 1}), directives, to, source);
    }
    default: {
      std::vector<base::MacAddress> macs(dice.below(5));
      for (auto& mac : macs) mac = frames::mac(dice.below(6));
      return frames::reserve(dice.byte({0, 1, 2}), macs, to, source);
    }
  }
}

TEST(AnyRequest, KeepsTheRules) {
  Dice dice;
  for (int round = 0; round < 400; ++round) {
    Frame input;
    frames::put(input, {dice.below(256), dice.below(8)});
    for (int i = 0; i < 12; ++i) {
      Frame frame = random_request(dice);
      // Damage: flip bytes, cut, pad.
      while (dice.once_in(3))
        frame[dice.below(static_cast<unsigned>(frame.size()))] = std::byte(dice.below(256));
      if (dice.once_in(4)) frame.resize(dice.below(1600));
      frames::put(input,
                  {static_cast<unsigned>(frame.size() & 0xff), static_cast<unsigned>(frame.size() >> 8)});
      input.insert(input.end(), frame.begin(), frame.end());
    }
    ASSERT_EQ(fuzz::broken_rule(input), "") << "round " << round;
  }
}

TEST(AnyRequest, OfTheCorpusKeepsTheRules) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(AOE_SOURCE_DIR "/tests/fuzz/corpus/target")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(fuzz::broken_rule(std::as_bytes(std::span(bytes))), "") << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
