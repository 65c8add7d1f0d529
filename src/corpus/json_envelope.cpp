// An object is gone through by its keys, and so are the first elements of its lists.
#include "json_envelope.hpp"

#include <algorithm>
#include <vector>

#include "json_text.hpp"

namespace shoal {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::size_t behind_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kSpace, at), text.size());
}

/// Behind the value that begins at a place; beyond the text where it breaks off.
std::size_t behind_value(std::string_view text, std::size_t at) {
  if (text[at] == '{' || text[at] == '[') return at + end_of_brackets(text.substr(at));
  if (text[at] == '"') return end_of_json_text(text, at) + 1;
  return std::min(text.find_first_of(",]}", at), text.size());
}

struct Member {
  std::string_view key;
  std::size_t value = 0;  ///< its place in the text
};

/// The members of the object that begins at a place, up to where it breaks off.
std::vector<Member> members_of(std::string_view text, std::size_t object) {
  std::vector<Member> members;
  std::size_t at = behind_space(text, object + 1);
  while (at < text.size() && text[at] == '"') {
    const std::size_t end = end_of_json_text(text, at);
    const std::size_t colon = end < text.size() ? behind_space(text, end + 1) : text.size();
    if (colon == text.size() || text[colon] != ':') break;
    const std::size_t value = behind_space(text, colon + 1);
    if (value == text.size()) break;
    members.push_back({text.substr(at + 1, end - at - 1), value});
    at = behind_value(text, value);
    if (at >= text.size()) break;
    at = behind_space(text, at);
    if (at < text.size() && text[at] == ',') at = behind_space(text, at + 1);
  }
  return members;
}

/// How many elements of a list are looked at: others than posts may come first, such as advertisements.
constexpr int kElements = 16;

/// Where the objects begin among the first elements of a list.
std::vector<std::size_t> objects_of(std::string_view text, std::size_t list) {
  std::vector<std::size_t> objects;
  std::size_t at = behind_space(text, list + 1);
  for (int i = 0; i < kElements && at < text.size() && text[at] != ']'; ++i) {
    if (text[at] == '{') objects.push_back(at);
    at = behind_value(text, at);
    if (at >= text.size()) break;
    at = behind_space(text, at);
    if (at < text.size() && text[at] == ',') at = behind_space(text, at + 1);
  }
  return objects;
}

/// What is left of the path of a field that the job maps.
struct RestOfPath {
  std::size_t field = 0;
  std::string_view keys;
};

/// Tells which of the fields that the job maps a value has, without parsing it.
class FieldCount {
 public:
  /// counts_null: whether a field counts that is there and holds nothing.
  FieldCount(std::string_view text, const ReadRules& rules, bool counts_null)
      : text_(text), rules_(rules), counts_null_(counts_null) {}

  std::size_t of(std::size_t value) {
    has_.assign(rules_.columns.size(), false);
    std::vector<RestOfPath> paths;
    for (const auto& [field, path] : rules_.columns) paths.push_back({paths.size(), path});
    look_into(value, paths);
    return static_cast<std::size_t>(std::ranges::count(has_, true));
  }

 private:
  void look_into(std::size_t value, const std::vector<RestOfPath>& paths) {
    if (text_[value] == '[') {
      for (const std::size_t object : objects_of(text_, value)) look_into(object, paths);
    } else if (text_[value] == '{') {
      for (const Member& member : members_of(text_, value)) look_at(member, paths);
    }
  }

  void look_at(const Member& member, const std::vector<RestOfPath>& paths) {
    std::vector<RestOfPath> below;
    for (const auto& [field, keys] : paths) {
      const std::size_t end = std::min(keys.find('.'), keys.size());
      if (keys.substr(0, end) != member.key) continue;
      if (end < keys.size()) {
        below.push_back({field, keys.substr(end + 1)});
      } else if (counts_null_ || !text_.substr(member.value).starts_with("null")) {
        has_[field] = true;
      }
    }
    if (!below.empty()) look_into(member.value, below);
  }

  std::string_view text_;
  const ReadRules& rules_;
  bool counts_null_;
  std::vector<bool> has_;
};

class Search {
 public:
  Search(std::string_view text, const ReadRules& rules) : text_(text), fields_(text, rules, false) {}

  void look_at(const Member& member) {
    if (text_[member.value] != '[') return;
    std::size_t most = 0;
    for (const std::size_t object : objects_of(text_, member.value))
      most = std::max(most, fields_.of(object));
    if (most < std::max<std::size_t>(most_, 1) || (most == most_ && member.key != "data")) return;
    most_ = most;
    best_ = WrappedList{member.key, member.value};
  }

  /// How many fields a record of the best list has.
  [[nodiscard]] std::size_t most() const { return most_; }
  [[nodiscard]] std::optional<WrappedList> best() const { return best_; }

 private:
  std::string_view text_;
  FieldCount fields_;
  std::size_t most_ = 0;
  std::optional<WrappedList> best_;
};

}  // namespace

std::optional<WrappedList> wrapped_list(std::string_view text, const ReadRules& rules) {
  if (text.empty() || text.front() != '{') return std::nullopt;
  // A post without a text has its key all the same, and answers to it that have one are no posts.
  const std::size_t own = FieldCount(text, rules, true).of(0);
  const std::vector<Member> members = members_of(text, 0);
  Search search(text, rules);
  for (const Member& member : members) search.look_at(member);
  if (search.most() <= own) {
    for (const Member& member : members) {
      if (text[member.value] != '{') continue;
      for (const Member& inner : members_of(text, member.value)) search.look_at(inner);
    }
  }
  return search.most() > own ? search.best() : std::nullopt;
}

}  // namespace shoal
