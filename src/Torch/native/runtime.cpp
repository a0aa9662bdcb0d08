// Version, threads, devices, random generators, and the error slot.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/cuda.h>
#include <dlfcn.h>

namespace shim {

std::string& error() {
  thread_local std::string message;
  return message;
}

int fail() noexcept {
  try {
    throw;
  } catch (const c10::Error& e) {
    error() = e.what_without_backtrace();
  } catch (const std::exception& e) {
    error() = e.what();
  } catch (...) {
    error() = "unknown native exception";
  }
  return 1;
}

} // namespace shim

ST_API const char* st_error() { return shim::error().c_str(); }
ST_API void st_set_error(const char* message) { shim::error() = message; }
ST_API const char* st_version() { return TORCH_VERSION; }

ST_API int32_t st_num_threads() { return at::get_num_threads(); }
ST_API int32_t st_num_interop_threads() { return at::get_num_interop_threads(); }

ST_API int st_set_num_threads(int32_t count) {
  ST_TRY
  TORCH_CHECK(count > 0, "set_num_threads expects a positive integer");
  at::set_num_threads(count);
  // ATen tells OpenMP and MKL, but an OpenBLAS built on pthreads keeps a count of its own.
  if (auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(count);
  ST_CATCH
}

ST_API int st_set_num_interop_threads(int32_t count) {
  ST_TRY
  at::set_num_interop_threads(count);
  ST_CATCH
}

ST_API int32_t st_cuda_available() { return torch::cuda::is_available(); }
ST_API int32_t st_cuda_device_count() { return static_cast<int32_t>(torch::cuda::device_count()); }
ST_API int32_t st_cudnn_available() { return torch::cuda::cudnn_is_available(); }

ST_API int st_cuda_synchronize(int32_t index) {
  ST_TRY
  torch::cuda::synchronize(index);
  ST_CATCH
}

ST_API int32_t st_allow_tf32(int32_t cudnn) {
  return cudnn ? at::globalContext().allowTF32CuDNN() : at::globalContext().allowTF32CuBLAS();
}
ST_API void st_set_allow_tf32(int32_t cudnn, int32_t value) {
  if (cudnn) at::globalContext().setAllowTF32CuDNN(value != 0);
  else at::globalContext().setAllowTF32CuBLAS(value != 0);
}

// Seeds the default generators of every device.
ST_API int st_manual_seed(int64_t seed) {
  ST_TRY
  at::manual_seed(static_cast<uint64_t>(seed));
  ST_CATCH
}

ST_API int st_cuda_manual_seed(int64_t seed, int32_t index) {
  ST_TRY
  auto generator = at::globalContext().defaultGenerator(c10::Device(c10::kCUDA, index));
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(static_cast<uint64_t>(seed));
  ST_CATCH
}

// The default generator of a device, or with fresh a new one beside it.
ST_API int st_generator(int32_t device_type, int32_t index, int32_t fresh, at::Generator** result) {
  ST_TRY
  auto device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
  auto& generator = at::globalContext().defaultGenerator(device);
  *result = new at::Generator(fresh ? generator.clone() : generator);
  ST_CATCH
}

ST_API void st_generator_release(at::Generator* g) { delete g; }
ST_API int32_t st_generator_device_type(at::Generator* g) { return static_cast<int32_t>(g->device().type()); }
ST_API int32_t st_generator_device_index(at::Generator* g) { return g->device().index(); }

ST_API int st_generator_seed(at::Generator* g, int64_t seed) {
  ST_TRY
  std::lock_guard<std::mutex> lock(g->mutex());
  g->set_current_seed(static_cast<uint64_t>(seed));
  ST_CATCH
}

// A seed from the system's source of randomness.
ST_API int64_t st_generator_random_seed(at::Generator* g) {
  std::lock_guard<std::mutex> lock(g->mutex());
  return static_cast<int64_t>(g->seed());
}

ST_API int64_t st_generator_initial_seed(at::Generator* g) {
  std::lock_guard<std::mutex> lock(g->mutex());
  return static_cast<int64_t>(g->current_seed());
}

ST_API int st_generator_state(at::Generator* g, Handle* result) {
  ST_TRY
  std::lock_guard<std::mutex> lock(g->mutex());
  *result = shim::own(g->get_state());
  ST_CATCH
}

ST_API int st_generator_set_state(at::Generator* g, Handle state) {
  ST_TRY
  std::lock_guard<std::mutex> lock(g->mutex());
  g->set_state(shim::borrow(state));
  ST_CATCH
}
