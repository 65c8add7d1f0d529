// What a pickle's program works on: its values, a stack of them with marks, and what it keeps to recall.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vision/weights/pickle.hpp"

namespace shoal {

/// Every method throws Refusal where the program asks for what it has not put there, or makes more values
/// than a network's description has.
class PickleStack {
 public:
  void push(PickleValue value);
  void push_kind(PickleValue::Kind kind, std::int64_t integer = 0);
  void push_text(std::string_view text);
  void push_sequence(std::vector<PickleIndex> items);

  /// Nothing is taken from below the last mark.
  PickleIndex pop();
  /// The last `count` values in the order in which they came.
  std::vector<PickleIndex> pop_last(std::size_t count);
  void mark() { marks_.push_back(stack_.size()); }
  /// All values since the last mark, which is gone then.
  std::vector<PickleIndex> pop_to_mark();
  /// The value that lies on top and stays there.
  PickleValue& top();

  /// Keeps the value on top under a number.
  void remember(std::uint32_t key);
  [[nodiscard]] std::uint32_t remembered() const { return static_cast<std::uint32_t>(memo_.size()); }
  void recall(std::uint32_t key);
  /// The value on top once more.
  void duplicate();

  [[nodiscard]] const PickleValue& operator[](PickleIndex value) const { return values_[value]; }
  /// All values ever pushed; the object is empty then.
  std::vector<PickleValue> take_values();

 private:
  std::vector<PickleValue> values_;
  std::vector<PickleIndex> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint32_t, PickleIndex> memo_;
};

}  // namespace shoal
