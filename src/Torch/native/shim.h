// Plain C entry points over libtorch for the C# layer beside this folder.
//
// A tensor handle is an owned reference to an at::TensorImpl (null = undefined tensor); st_release gives it back.
// No C++ exception crosses the border: every function that can fail returns 0, or 1 with st_error() telling why.
// Only API that libtorch 1.13 and 2.x share is used.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/api/include/torch/version.h>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#define ST_API extern "C" __attribute__((visibility("default")))

using Handle = c10::TensorImpl*;

namespace shim {

// The message of the last failure on this thread.
std::string& error();
// Stores the message of the exception being handled; returns 1.
int fail() noexcept;

inline Handle own(at::Tensor t) {
  return t.defined() ? t.unsafeReleaseTensorImpl() : nullptr;
}

// A new reference to a handle that the caller keeps.
inline at::Tensor borrow(Handle h) {
  if (!h) return at::Tensor();
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(h));
}

inline std::vector<at::Tensor> borrow_all(const Handle* handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
  return tensors;
}

} // namespace shim

#define ST_TRY try {
#define ST_CATCH \
  return 0;      \
  }              \
  catch (...) {  \
    return shim::fail(); \
  }
