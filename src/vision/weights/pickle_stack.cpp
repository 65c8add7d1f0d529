// The stack of a pickle's program; values are never copied, only numbered.
#include "vision/weights/pickle_stack.hpp"

#include <utility>

#include "vision/weights/table.hpp"

namespace shoal {

using Kind = PickleValue::Kind;

namespace {

/// A checkpoint of the largest VGG, with the state of its training, has some thousands.
constexpr std::size_t kMostValues = std::size_t{1} << 20;

void require_room(std::size_t values) {
  if (values >= kMostValues) throw Refusal{"its pickle is larger than any network's description"};
}

}  // namespace

void PickleStack::push(PickleValue value) {
  require_room(values_.size());
  stack_.push_back(static_cast<PickleIndex>(values_.size()));
  values_.push_back(std::move(value));
}
void PickleStack::push_kind(Kind kind, std::int64_t integer) { push({kind, integer, {}, {}, 0, 0}); }
void PickleStack::push_text(std::string_view text) { push({Kind::text, 0, text, {}, 0, 0}); }
void PickleStack::push_sequence(std::vector<PickleIndex> items) {
  push({Kind::sequence, 0, {}, std::move(items), 0, 0});
}

PickleIndex PickleStack::pop() {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) throw Refusal{"its pickle takes more values than it has: it is damaged"};
  const PickleIndex value = stack_.back();
  stack_.pop_back();
  return value;
}

std::vector<PickleIndex> PickleStack::pop_last(std::size_t count) {
  std::vector<PickleIndex> items(count);
  for (std::size_t i = count; i-- > 0;) items[i] = pop();
  return items;
}

std::vector<PickleIndex> PickleStack::pop_to_mark() {
  if (marks_.empty()) throw Refusal{"its pickle goes back to a mark that it has not set: it is damaged"};
  const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleIndex> items(first, stack_.end());
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return items;
}

PickleValue& PickleStack::top() {
  const PickleIndex value = pop();
  stack_.push_back(value);
  return values_[value];
}

void PickleStack::remember(std::uint32_t key) {
  const PickleIndex value = pop();
  stack_.push_back(value);
  require_room(memo_.size());
  memo_[key] = value;
}

void PickleStack::recall(std::uint32_t key) {
  const auto found = memo_.find(key);
  if (found == memo_.end()) throw Refusal{"its pickle recalls what it has not kept: it is damaged"};
  stack_.push_back(found->second);
}

void PickleStack::duplicate() {
  const PickleIndex value = pop();
  stack_.insert(stack_.end(), 2, value);
}

std::vector<PickleValue> PickleStack::take_values() { return std::exchange(values_, {}); }

}  // namespace shoal
