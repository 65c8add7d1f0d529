// Fibers by Boost.Context. All switches go through switch_to, which tells AddressSanitizer where the stack
// is.
#include "fiber.hpp"

#include <boost/context/protected_fixedsize_stack.hpp>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace emulator {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStackBytes = 256 << 10;
#else
constexpr std::size_t kStackBytes = 64 << 10;
#endif

struct Stack {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
};
/// Where the scheduler was last left; its thread may change between kernels.
Stack scheduler_stack;

/// Leaves the running stack for the one of `next`, and returns once somebody comes back. came_from learns
/// whose stack that was.
boost::context::fiber switch_to(boost::context::fiber next, [[maybe_unused]] const Stack& target,
                                [[maybe_unused]] Stack* came_from) {
#if defined(__SANITIZE_ADDRESS__)
  void* own = nullptr;
  __sanitizer_start_switch_fiber(&own, target.bottom, target.bytes);
  auto from = std::move(next).resume();
  Stack ignored;
  Stack& left = came_from != nullptr ? *came_from : ignored;
  __sanitizer_finish_switch_fiber(own, &left.bottom, &left.bytes);
  return from;
#else
  return std::move(next).resume();
#endif
}

void arrive_first_time() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack.bottom, &scheduler_stack.bytes);
#endif
}

void leave_last_time() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(nullptr, scheduler_stack.bottom, scheduler_stack.bytes);
#endif
}

}  // namespace

Fiber::Fiber(std::function<void(Fiber&)> work) : work_(std::move(work)) {
  boost::context::protected_fixedsize_stack stacks(kStackBytes);
  const auto stack = stacks.allocate();
  stack_bottom_ = static_cast<const char*>(stack.sp) - stack.size;
  stack_bytes_ = stack.size;
  self_ = boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack),
                                stacks,
                                [this](boost::context::fiber&& caller) { return run(std::move(caller)); });
}

Fiber::~Fiber() {
  ending_ = true;
  while (self_) resume();
}

boost::context::fiber Fiber::run(boost::context::fiber caller) {
  caller_ = std::move(caller);
  arrive_first_time();
  while (!ending_) {
    work_(*this);
    if (!ending_) suspend();
  }
  leave_last_time();
  return std::move(caller_);
}

void Fiber::resume() { self_ = switch_to(std::move(self_), {stack_bottom_, stack_bytes_}, nullptr); }

void Fiber::suspend() { caller_ = switch_to(std::move(caller_), scheduler_stack, &scheduler_stack); }

}  // namespace emulator
