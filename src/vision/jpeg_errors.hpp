// How libjpeg's fatal errors come back to C++: by a jump out of a step that owns nothing.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs FILE
#include <type_traits>

#include <jpeglib.h>

namespace shoal {

/// Where libjpeg's fatal errors come back to us. `manager` is first: libjpeg only knows its address.
struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] inline void leave_with_jpeg_error(j_common_ptr codec) {
  auto* errors = reinterpret_cast<JpegErrors*>(codec->err);
  codec->err->format_message(codec, errors->message);
  std::longjmp(errors->jump, 1);
}

inline jpeg_error_mgr* jpeg_error_manager(JpegErrors& errors) {
  jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leave_with_jpeg_error;
  // Warnings are counted and, as in Pillow, let pass.
  errors.manager.output_message = [](j_common_ptr) {};
  return &errors.manager;
}

/// Runs a step that calls libjpeg; false where libjpeg gave up in it. The jump back skips destructors, so a
/// step keeps nothing that has one: it calls libjpeg, and nothing of ours that allocates or throws.
template <class Step>
[[gnu::noinline]] bool survives(JpegErrors& errors, const Step& step) {
  static_assert(std::is_trivially_destructible_v<Step>);
  if (setjmp(errors.jump) != 0) return false;
  step();
  return true;
}

}  // namespace shoal
