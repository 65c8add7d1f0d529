// A stack that runs one device thread after another, until one of them has to wait.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>

namespace emulator {

class Fiber {
 public:
  /// work runs on the fiber each time it is resumed while idle.
  explicit Fiber(std::function<void(Fiber&)> work);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Goes on with the fiber until it suspends itself or its work is done. From the scheduler only.
  void resume();
  /// Back to the scheduler. From the fiber only.
  void suspend();

 private:
  boost::context::fiber run(boost::context::fiber caller);

  std::function<void(Fiber&)> work_;
  boost::context::fiber self_;
  boost::context::fiber caller_;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  bool ending_ = false;
};

}  // namespace emulator
