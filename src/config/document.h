// Document: a YAML file as a plain tree with places. yaml-cpp, its exceptions and its traps end here (and in
// yaml_trial.h, which asks it why it refuses a file).
//
// Of YAML it takes what a configuration needs: maps with text keys, lists, texts. Anchors, aliases, tags,
// merge keys and several documents in one file are refused with a reason, for they hide what a file says.
#pragma once

#include "base/printable.h"
#include "config/problem.h"
#include "config/source_position.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class Kind : std::uint8_t {
  nothing,  // a key without a value, or ~
  text,     // numbers and flags too: who reads it knows which
  list,
  map,
  refused,  // reported already; readers pass over it
};

struct Entry;

struct Node {
  Kind kind = Kind::nothing;
  bool quoted = false;  // a text in quotes: never a number nor a flag
  SourcePosition place;
  std::string text;
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, as written: a key may stand there twice
};

struct Entry {
  std::string key;
  SourcePosition place;  // of the key
  Node value;
};

class Document {
 public:
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

  // Reads and parses `file`. Check problems() first: with any of them the tree is incomplete.
  static Document read(const std::filesystem::path& file);
  // The same for text that stands in no file yet; messages call it `file`.
  static Document parse(const std::filesystem::path& file, std::string_view text);

  const std::string& file() const { return file_; }
  // All of it, as read.
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }
  const Node& root() const { return root_; }
  const std::vector<Problem>& problems() const { return problems_; }
  // In the order of the file.
  std::vector<Problem> sorted_problems() const;

  // Adds a problem with its place's source line. A place with line 0 is the whole file.
  void add_problem(SourcePosition place, std::string message);

 private:
  Document() = default;
  void build();

  std::string file_;
  std::vector<char> bytes_;              // a vector, for its bytes stay in place when it is moved
  std::vector<std::string_view> lines_;  // into bytes_
  Node root_;
  std::vector<Problem> problems_;
};

// This room's messages quote a file by it.
using base::shown;

}  // namespace config
