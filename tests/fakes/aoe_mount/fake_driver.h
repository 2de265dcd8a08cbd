// FakeDriver: a driver that can be missing, and whose users and parameters a test sets.
#pragma once

#include "tests/fakes/aoe_mount/fake_state.h"

#include <optional>

#include <fmt/ranges.h>

namespace tests {

class FakeDriver : public virtual FakeState, public aoe_mount::DriverControl {
 public:
  bool driver = true;
  std::optional<unsigned> users_of_driver = 0;
  int discoveries = 0;
  void has_no_driver_at_all() {
    driver = false;
    no_driver_ = true;
  }

  bool is_loaded() override { return driver; }
  base::Result<> load() override {
    asked.push_back("load driver");
    if (no_driver_) return base::fail("the kernel has no driver aoe");
    driver = changed.driver = true;
    return {};
  }
  base::Result<> use_interfaces(const std::vector<std::string>& names) override {
    asked.push_back(fmt::format("use [{}]", fmt::join(names, " ")));
    return {};
  }
  base::Result<> discover() override {
    ++discoveries;
    return {};
  }
  aoe_mount::ForgetUnused forget_unused() override { return {"/dev/etherd/flush"}; }
  base::Result<> set_parameter(const std::string& name, std::uint32_t value) override {
    asked.push_back(fmt::format("{}={}", name, value));
    return {};
  }
  base::Result<> restore_parameters() override {
    asked.push_back("restore parameters");
    changed.parameters.clear();
    return {};
  }
  base::Result<> lower_deadsecs(std::chrono::seconds limit) override {
    asked.push_back(fmt::format("give up who is silent for {} s", limit.count()));
    changed.deadsecs = "180";
    deadsecs_ = limit;
    when_deadsecs_are_lowered_();
    return {};
  }
  base::Result<> restore_deadsecs() override {
    if (!changed.deadsecs.empty()) asked.push_back("be patient again");
    changed.deadsecs.clear();
    deadsecs_ = std::chrono::seconds(180);
    return {};
  }
  std::optional<unsigned> user_count() override { return users_of_driver; }
  void note_unloaded() override { changed.driver = false; }

 private:
  bool no_driver_ = false;
};

}  // namespace tests
