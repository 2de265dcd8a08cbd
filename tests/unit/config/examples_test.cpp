// Every example of a configuration that we show somewhere loads: in conf.d/, in the README and in the manual
// pages.
#include "config/client_config.h"
#include "config/server_config.h"
#include "tests/unit/config/yaml_file.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace {

std::string source_file(const std::string& name) {
  std::ifstream in(std::string(AOE_SOURCE_DIR) + "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

// The lines between one that is `first` and the next one that is `last`.
std::string between(const std::string& text, const std::string& first, const std::string& last) {
  std::istringstream in(text);
  std::string line;
  std::string part;
  bool inside = false;
  while (std::getline(in, line)) {
    if (inside && line == last) break;
    if (inside) part += line + '\n';
    inside = inside || line == first;
  }
  return part;
}

// conf.d's files are all comment: what is configuration in them starts at the first "# key:".
std::string uncommented(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  std::string part;
  while (std::getline(in, line)) {
    if (part.empty() && !line.starts_with("# shelf:") && !line.starts_with("# interfaces:")) continue;
    part += line.substr(std::min<std::size_t>(line.size(), 2)) + '\n';
  }
  return part;
}

// One side of the README's two columns.
std::string column(const std::string& text, std::size_t from, std::size_t length) {
  std::istringstream in(text);
  std::string line;
  std::string part;
  while (std::getline(in, line)) {
    if (line.size() > from) part += line.substr(from, length);
    part += '\n';
  }
  return part;
}

void expect_server(const std::string& text, std::size_t exports) {
  const tests::YamlFile file(text);
  const auto server = config::load_server(file.path());
  ASSERT_TRUE(server) << file.report(server.error()) << text;
  EXPECT_EQ(server->exports.size(), exports);
}

void expect_client(const std::string& text, std::size_t mounts) {
  const tests::YamlFile file(text);
  const auto client = config::load_client(file.path());
  ASSERT_TRUE(client) << file.report(client.error()) << text;
  EXPECT_EQ(client->mounts.size(), mounts);
}

}  // namespace

TEST(Examples, OfConfD) {
  expect_server(uncommented(source_file("conf.d/vblade.yaml")), 2);
  expect_client(uncommented(source_file("conf.d/aoe-mount.yaml")), 3);
}

TEST(Examples, OfTheReadme) {
  const std::string both = between(source_file("README.md"), "```yaml", "```");
  const std::size_t middle = both.find("# client:");
  ASSERT_NE(middle, std::string::npos);
  expect_server(column(both, 0, middle), 2);
  expect_client(column(both, middle, std::string::npos), 1);
}

TEST(Examples, OfTheManualPages) {
  expect_server(between(source_file("man/vblade.yaml.5"), ".Bd -literal", ".Ed"), 3);
  expect_client(between(source_file("man/aoe-mount.yaml.5"), ".Bd -literal", ".Ed"), 2);
}
