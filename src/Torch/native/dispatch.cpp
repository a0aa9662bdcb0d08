// Any ATen operator by its schema name ("aten::conv2d", "aten::add.Tensor"), through the dispatcher's boxed calling
// convention. One entry point thus serves every operator of every libtorch version; arguments that a newer version
// added take the defaults of its schema.
#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <cstring>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace {

enum Tag : int32_t {
  kNone = 0, kTensor, kInt, kDouble, kBool, kInts, kDoubles, kTensors, kOptionalTensors, kString, kDevice, kGenerator,
  kDefault
};

// Mirrored by NativeArg in Native/Aten.cs.
struct Arg {
  int32_t tag;
  int32_t length; // of a list or string; the index of a device
  int64_t bits;   // the value, or a pointer
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<bool> wants_double; // by argument: integers given for it are converted
  std::vector<c10::IValue> defaults;
  std::vector<bool> has_default;
  explicit Operator(c10::OperatorHandle h) : handle(h) {
    for (const auto& a : handle.schema().arguments()) {
      auto type = a.type();
      if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
      wants_double.push_back(type->kind() == c10::TypeKind::FloatType);
      has_default.push_back(a.default_value().has_value());
      defaults.push_back(a.default_value().has_value() ? *a.default_value() : c10::IValue());
    }
  }
};

std::mutex operators_mutex;
std::unordered_map<std::string, std::unique_ptr<Operator>> operators;

enum Flags : int32_t { kDiscard = 1, kSerial = 2 };

// Holds this thread's OpenMP team to one thread. at::set_num_threads would also rebuild thread pools.
class OneThread {
  static void set(int count) {
    static auto f = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    if (f) f(count);
  }
  int before;

 public:
  explicit OneThread(bool active) : before(active ? at::get_num_threads() : 0) {
    if (before > 1) set(1);
  }
  ~OneThread() {
    if (before > 1) set(before);
  }
};

template <class T>
c10::List<T> list(const Arg& a) {
  c10::List<T> values;
  values.reserve(a.length);
  auto data = reinterpret_cast<const T*>(a.bits);
  for (int32_t i = 0; i < a.length; ++i) values.push_back(data[i]);
  return values;
}

c10::IValue optional_tensors(const Arg& a) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  c10::List<std::optional<at::Tensor>> tensors;
#else
  c10::List<c10::optional<at::Tensor>> tensors;
#endif
  auto handles = reinterpret_cast<const Handle*>(a.bits);
  for (int32_t i = 0; i < a.length; ++i) {
    if (handles[i]) tensors.push_back(shim::borrow(handles[i]));
    else tensors.emplace_back();
  }
  return tensors;
}

c10::IValue value(const Operator& op, size_t i, const Arg& a) {
  switch (a.tag) {
    case kNone: return {};
    case kTensor: return shim::borrow(reinterpret_cast<Handle>(a.bits));
    case kInt: return op.wants_double[i] ? c10::IValue(static_cast<double>(a.bits)) : c10::IValue(a.bits);
    case kDouble: {
      double d;
      memcpy(&d, &a.bits, sizeof d);
      return d;
    }
    case kBool: return a.bits != 0;
    case kInts: return list<int64_t>(a);
    case kDoubles: return list<double>(a);
    case kTensors: {
      c10::List<at::Tensor> tensors;
      tensors.reserve(a.length);
      auto handles = reinterpret_cast<const Handle*>(a.bits);
      for (int32_t k = 0; k < a.length; ++k) tensors.push_back(shim::borrow(handles[k]));
      return tensors;
    }
    case kOptionalTensors: return optional_tensors(a);
    case kString: return std::string(reinterpret_cast<const char*>(a.bits), a.length);
    case kDevice:
      return c10::Device(static_cast<c10::DeviceType>(a.bits), static_cast<c10::DeviceIndex>(a.length));
    case kGenerator: return *reinterpret_cast<at::Generator*>(a.bits);
    default:
      TORCH_CHECK(op.has_default[i], "argument ", op.handle.schema().arguments()[i].name(), " of ",
                  op.handle.operator_name(), " has no default");
      return op.defaults[i];
  }
}

void give(std::vector<int64_t>& results, const c10::IValue& v) {
  if (v.isTensor()) results.push_back(reinterpret_cast<int64_t>(shim::own(v.toTensor())));
  else if (v.isTensorList()) for (const at::Tensor& t : v.toTensorVector()) give(results, t);
  else if (v.isDouble()) {
    int64_t bits;
    double d = v.toDouble();
    memcpy(&bits, &d, sizeof d);
    results.push_back(bits);
  } else if (v.isBool()) results.push_back(v.toBool());
  else results.push_back(v.toInt());
}

} // namespace

// The operator called name, "" or overload; 1 if this libtorch has none.
ST_API int st_operator(const char* name, const char* overload, void** result) {
  ST_TRY
  std::lock_guard<std::mutex> lock(operators_mutex);
  auto& op = operators[std::string(name) + "." + overload];
  if (!op) {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(found.has_value(), "libtorch " TORCH_VERSION " has no operator ", name, *overload ? "." : "", overload);
    op = std::make_unique<Operator>(*found);
  }
  *result = op.get();
  ST_CATCH
}

// Calls an operator. The results (owned tensor handles, or the bits of numbers) stay valid until the next call on this
// thread; with kDiscard they are dropped (in-place operators return their own input).
ST_API int st_call(void* handle, const Arg* args, int32_t count, int32_t flags, int64_t** results,
                   int32_t* result_count) {
  thread_local std::vector<int64_t> given;
  ST_TRY
  OneThread serial((flags & kSerial) != 0);
  const auto& op = *static_cast<const Operator*>(handle);
  const size_t arity = op.defaults.size();
  TORCH_CHECK(static_cast<size_t>(count) <= arity, op.handle.operator_name(), " takes ", arity, " arguments");
  torch::jit::Stack stack;
  stack.reserve(arity);
  for (size_t i = 0; i < arity; ++i)
    stack.push_back(value(op, i, i < static_cast<size_t>(count) ? args[i] : Arg{kDefault, 0, 0}));
  op.handle.callBoxed(stack);
  given.clear();
  if (!(flags & kDiscard)) for (const auto& v : stack) give(given, v);
  *results = given.data();
  *result_count = static_cast<int32_t>(given.size());
  ST_CATCH
}
