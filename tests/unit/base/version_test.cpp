#include "base/version.h"

#include <string>

#include <gmock/gmock.h>

namespace base {

TEST(Version, BeginsWithTheReleaseAndMayHaveRevisionAndCommit) {
  EXPECT_THAT(std::string(release()), testing::MatchesRegex("[0-9]{4}\\.[0-9]{2}"));
  EXPECT_THAT(std::string(version()), testing::StartsWith(std::string(release())));
  EXPECT_THAT(std::string(version()),
              testing::MatchesRegex("[0-9.]+(-[r0-9]+)?( \\(commit [0-9a-f]{12}(, changed)?\\))?"));
}

// It is the firmware revision that IDENTIFY has eight characters for.
TEST(Version, ReleaseFitsTheFieldOfADisk) {
  EXPECT_LE(release().size(), 8U);
}

}  // namespace base
