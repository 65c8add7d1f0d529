// Pieces that threads make at once, and that are put down one after the other.
#pragma once

#include <cstddef>
#include <functional>

namespace shoal {

/// make(i) is called for each i in [0, count) on up to `threads` threads, and returns a function that puts
/// down what was made: these are called one at a time, in the order of i. No more pieces are held than there
/// are threads. The first exception is rethrown, and nothing is put down after it.
void make_and_put_in_turn(std::size_t count, int threads,
                          const std::function<std::function<void()>(std::size_t)>& make);

}  // namespace shoal
