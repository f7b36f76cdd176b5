// Every function of the shim returns null, or the message of the C++ exception that it caught
// (freed by midfuse_free_message): no exception ever reaches Rust.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace midfuse {

inline char* message(const char* text) noexcept {
  char* copy = strdup(text);
  // Out of memory: a literal that midfuse_free_message knows must still say that there was an error.
  static char exhausted[] = "out of memory";
  return copy != nullptr ? copy : exhausted;
}

template <typename F>
char* guarded(F&& body) noexcept {
  try {
    body();
    return nullptr;
  } catch (const c10::Error& error) {
    return message(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return message(error.what());
  } catch (...) {
    return message("unknown C++ exception");
  }
}

using Handle = at::Tensor*;

inline std::vector<at::Tensor> gather(const Handle* tensors, size_t n) {
  std::vector<at::Tensor> list;
  list.reserve(n);
  for (size_t i = 0; i < n; ++i) list.push_back(*tensors[i]);
  return list;
}

}  // namespace midfuse
