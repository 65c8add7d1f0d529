// An object is gone through by its keys; of its lists the first element is loaded.
#include "json_envelope.hpp"

#include <algorithm>
#include <vector>

#include "json_text.hpp"
#include "json_value.hpp"
#include "mapped_post.hpp"

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
  return std::min(text.find_first_of(",}", at), text.size());
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

/// The first element of a list of objects; empty where there is none.
std::string_view first_object(std::string_view text, std::size_t list) {
  const std::size_t begin = behind_space(text, list + 1);
  if (begin == text.size() || text[begin] != '{') return {};
  return text.substr(begin, end_of_brackets(text.substr(begin)));
}

bool is_mapped(std::string_view key, const ReadRules& rules) {
  return std::ranges::any_of(rules.columns, [&](const auto& column) {
    return std::string_view(column.second).substr(0, column.second.find('.')) == key;
  });
}

/// How many of the fields that the job maps a record has.
std::size_t count_mapped_fields(const FieldValue& record, const ReadRules& rules) {
  return static_cast<std::size_t>(std::ranges::count_if(rules.columns, [&](const auto& column) {
    return value_at_path(record, column.second).kind != FieldValue::Kind::nothing;
  }));
}

class Search {
 public:
  Search(std::string_view text, const ReadRules& rules)
      : text_(text), rules_(rules), keys_(keys_of_mapping(rules)), loader_(keys_) {}

  void look_at(const Member& member) {
    if (text_[member.value] != '[') return;
    const std::string_view first = first_object(text_, member.value);
    if (first.empty()) return;
    const std::size_t fields = count_mapped_fields(loader_.load(first), rules_);
    if (fields < std::max<std::size_t>(most_, 1) || (fields == most_ && member.key != "data")) return;
    most_ = fields;
    best_ = WrappedList{member.key, member.value};
  }

  [[nodiscard]] std::optional<WrappedList> best() const { return best_; }

 private:
  std::string_view text_;
  const ReadRules& rules_;
  std::vector<std::string_view> keys_;
  JsonLoader loader_;
  std::size_t most_ = 0;
  std::optional<WrappedList> best_;
};

}  // namespace

std::optional<WrappedList> wrapped_list(std::string_view text, const ReadRules& rules) {
  if (text.empty() || text.front() != '{') return std::nullopt;
  const std::vector<Member> members = members_of(text, 0);
  if (std::ranges::any_of(members, [&](const Member& member) { return is_mapped(member.key, rules); }))
    return std::nullopt;
  Search search(text, rules);
  for (const Member& member : members) search.look_at(member);
  if (search.best()) return search.best();
  for (const Member& member : members) {
    if (text[member.value] != '{') continue;
    for (const Member& inner : members_of(text, member.value)) search.look_at(inner);
  }
  return search.best();
}

}  // namespace shoal
