#include "config/document.h"

#include "base/fd.h"
#include "base/opener.h"
#include "base/result.h"
#include "config/syntax_check.h"
#include "config/text_check.h"
#include "config/yaml_trial.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace config {

namespace {

// 65,000 exports of ten lines each fit; a disk image given by mistake does not.
constexpr std::size_t kMaxFileBytes = 16 << 20;
constexpr std::size_t kMaxSourceLine = 400;  // longer ones are not shown

// Builds the tree from the parser's events. What it refuses it reports and leaves as Kind::refused;
// where going on makes no sense it throws, and Document::build() catches.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, Node& root) : document_(document), root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    document_.add_problem(place_of(mark),
                          fmt::format("an anchor (&{}) is not accepted: write the value where it "
                                      "belongs",
                                      shown(name)));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    document_.add_problem(place_of(mark), "an alias (*name) is not accepted: write the value itself");
    add(mark, Kind::refused);
    close();
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const bool of_key = has_key_;
    Node& node = add(mark, Kind::nothing);
    if (of_key) node.place = key_place_;  // the parser's place is where the next token stands
    close();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    if (waits_for_key()) {
      key_ = value;
      key_place_ = place_of(mark);
      has_key_ = true;
      check_tag(mark, tag);
      return;
    }
    Node& node = add(mark, Kind::text);
    node.text = value;
    node.quoted = tag == "!";
    check_tag(mark, tag);
    close();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    add(mark, Kind::list);
    check_tag(mark, tag);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    add(mark, Kind::map);
    check_tag(mark, tag);
  }
  void OnMapEnd() override { close(); }

 private:
  bool waits_for_key() const { return !open_.empty() && open_.back()->kind == Kind::map && !has_key_; }

  // The parser says "?" for a plain text and "!" for a quoted one; anything else was written by somebody.
  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    document_.add_problem(place_of(mark),
                          fmt::format("a tag ({}) is not accepted: leave it out", shown(tag)));
  }

  Node& add(const YAML::Mark& mark, Kind kind) {
    if (open_.size() >= kMaxDepth) {
      throw YAML::ParserException(mark, fmt::format("nested deeper than {} levels", kMaxDepth));
    }
    if (waits_for_key()) throw YAML::ParserException(mark, "a key must be a text");
    Node* node = &root_;
    if (!open_.empty()) {
      Node& parent = *open_.back();
      if (parent.kind == Kind::list) {
        node = &parent.items.emplace_back();
      } else {
        node = &parent.entries.emplace_back(Entry{std::move(key_), key_place_, {}}).value;
        has_key_ = false;
      }
    }
    node->kind = kind;
    node->place = place_of(mark);
    open_.push_back(node);
    return *node;
  }
  void close() { open_.pop_back(); }

  Document& document_;
  Node& root_;
  std::vector<Node*> open_;  // from the root to the node being filled
  std::string key_;          // of the entry that comes next
  SourcePosition key_place_;
  bool has_key_ = false;
};

// The whole file, or why not, as an errno or a sentence.
base::Result<std::vector<char>> read_bytes(const std::filesystem::path& file) {
  // O_NONBLOCK: a FIFO given by mistake must not make the service wait for ever.
  const base::Fd fd = base::opener().file(file, O_RDONLY | O_NONBLOCK);
  if (!fd) return base::fail("{}", std::generic_category().message(errno));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return base::fail("{}", std::generic_category().message(errno));
  if (S_ISDIR(status.st_mode)) return base::fail("is a directory, not a file");
  if (!S_ISREG(status.st_mode)) return base::fail("is not a regular file");
  std::vector<char> bytes;
  std::size_t used = 0;
  for (;;) {
    bytes.resize(used + (64 << 10));
    const ssize_t count = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::fail("{}", std::generic_category().message(errno));
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > kMaxFileBytes)
      return base::fail("is larger than {} MiB: is it the right file?", kMaxFileBytes >> 20);
  }
  bytes.resize(used);
  return bytes;
}

std::vector<std::string_view> split_lines(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return lines;
}

}  // namespace

Document Document::read(const std::filesystem::path& file) {
  Document document;
  document.file_ = file.string();
  auto bytes = read_bytes(file);
  if (!bytes) {
    document.add_problem({}, bytes.error().message);
    return document;
  }
  document.bytes_ = std::move(*bytes);
  document.build();
  return document;
}

Document Document::parse(const std::filesystem::path& file, std::string_view text) {
  Document document;
  document.file_ = file.string();
  document.bytes_.assign(text.begin(), text.end());
  document.build();
  return document;
}

void Document::build() {
  std::string_view text(bytes_.data(), bytes_.size());
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  lines_ = split_lines(text);
  if (const auto fault = find_bad_text(lines_)) {
    add_problem(fault->place, fault->message);
    return;
  }
  try {
    std::istringstream stream{std::string(parsed_part(text))};
    YAML::Parser parser(stream);
    TreeBuilder builder(*this, root_);
    if (!parser.HandleNextDocument(builder)) return;  // nothing but comments: root stays Kind::nothing
    Node second;
    TreeBuilder more(*this, second);
    if (parser.HandleNextDocument(more)) {
      add_problem(second.place, "a second YAML document starts before this: one file holds one");
    }
  } catch (const YAML::Exception& error) {
    const auto faults = find_bad_syntax(lines_);
    for (const TextFault& fault : faults) add_problem(fault.place, fault.message);
    if (faults.empty()) add_problem(place_of(error.mark), fmt::format("not YAML: {}", error.msg));
  }
}

void Document::add_problem(SourcePosition place, std::string message) {
  Problem problem{file_, place.line, place.column, std::move(message), {}};
  if (place.line > 0 && static_cast<std::size_t>(place.line) <= lines_.size()) {
    const std::string_view line = lines_[static_cast<std::size_t>(place.line) - 1];
    if (line.size() <= kMaxSourceLine) problem.source_line = line;
  }
  problems_.push_back(std::move(problem));
}

std::vector<Problem> Document::sorted_problems() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return sorted;
}

}  // namespace config
