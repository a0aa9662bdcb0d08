// Differentiation: backward, grad, the gradient modes, and graph nodes whose backward is C#.
#include "shim.h"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <algorithm>
#include <mutex>

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

namespace {

// On the CPU, the gradient of an indexed read adds with atomics, in any order, unless ATen is told to be deterministic.
// CUDA sorts there anyway, and the setting would make other CUDA operators complain.
class DeterministicIndexing {
  static std::mutex mutex;
  static int users; // backward passes of several threads share the one setting
  static bool mode, warn_only;
  bool active;

 public:
  explicit DeterministicIndexing(const std::vector<at::Tensor>& outputs)
      : active(!outputs.empty() && outputs[0].defined() && outputs[0].is_cpu()) {
    if (!active) return;
    std::lock_guard<std::mutex> lock(mutex);
    if (users++ > 0) return;
    auto& context = at::globalContext();
    mode = context.deterministicAlgorithms();
    warn_only = context.deterministicAlgorithmsWarnOnly();
    context.setDeterministicAlgorithms(true, true);
  }
  ~DeterministicIndexing() {
    if (!active) return;
    std::lock_guard<std::mutex> lock(mutex);
    if (--users == 0) at::globalContext().setDeterministicAlgorithms(mode, warn_only);
  }
};
std::mutex DeterministicIndexing::mutex;
int DeterministicIndexing::users = 0;
bool DeterministicIndexing::mode = false;
bool DeterministicIndexing::warn_only = false;

} // namespace

ST_API int st_backward(const Handle* tensors, int64_t count, const Handle* grads, int64_t grad_count,
                       int32_t retain_graph, int32_t create_graph, const Handle* inputs, int64_t input_count) {
  ST_TRY
  auto outputs = shim::borrow_all(tensors, count);
  DeterministicIndexing guard(outputs);
  torch::autograd::backward(outputs, shim::borrow_all(grads, grad_count), retain_graph != 0,
                            create_graph != 0, shim::borrow_all(inputs, input_count));
  ST_CATCH
}

// results: input_count handles, null where an input is unused.
ST_API int st_grad_of(const Handle* outputs, int64_t output_count, const Handle* inputs, int64_t input_count,
                      const Handle* grads, int64_t grad_count, int32_t retain_graph, int32_t create_graph,
                      int32_t allow_unused, Handle* results) {
  ST_TRY
  auto roots = shim::borrow_all(outputs, output_count);
  DeterministicIndexing guard(roots);
  auto gradients = torch::autograd::grad(
      roots, shim::borrow_all(inputs, input_count),
      shim::borrow_all(grads, grad_count), retain_graph != 0, create_graph != 0, allow_unused != 0);
  for (auto& g : gradients) *results++ = shim::own(std::move(g));
  ST_CATCH
}

ST_API int32_t st_grad_mode() { return c10::GradMode::is_enabled(); }
ST_API void st_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }
ST_API int32_t st_inference_mode() { return c10::InferenceMode::is_enabled(); }
ST_API void* st_enter_inference_mode(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
ST_API void st_leave_inference_mode(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
ST_API int32_t st_anomaly_mode() { return torch::autograd::AnomalyMode::is_enabled(); }
ST_API int32_t st_anomaly_checks_nan() { return torch::autograd::AnomalyMode::should_check_nan(); }
ST_API void st_set_anomaly_mode(int32_t enabled, int32_t check_nan) {
  torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
}

namespace {

// grads: one handle an output of the forward function, owned by the callee; results: one an input tensor, owned by the
// caller. Returns 0, or 1 with a message put there by st_set_error.
using Apply = int (*)(void* context, const Handle* grads, int64_t grad_count, Handle* results, int64_t result_count);

struct ManagedNode : public Node {
  void* context;
  Apply apply_managed;
  void (*release)(void*);
  std::string label;
  bool materialize = true;
  std::vector<SavedVariable> saved;
  bool released = false;

  ~ManagedNode() override { release(context); }
  std::string name() const override { return label; }

  variable_list apply(variable_list&& grads) override {
    std::vector<Handle> in;
    for (size_t i = 0; i < grads.size(); ++i) {
      if (!grads[i].defined() && materialize) grads[i] = input_metadata(i).zeros_like();
      in.push_back(shim::own(grads[i]));
    }
    std::vector<Handle> out(num_outputs(), nullptr);
    int rc = apply_managed(context, in.data(), in.size(), out.data(), out.size());
    variable_list results;
    for (auto h : out) {
      results.push_back(shim::borrow(h));
      if (h) c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h);
    }
    if (rc != 0) throw std::runtime_error(shim::error());
    return results;
  }

  void release_variables() override {
    released = true;
    saved.clear();
  }
};

bool contains(const variable_list& list, const at::Tensor& t) {
  return std::any_of(list.begin(), list.end(), [&](const at::Tensor& x) { return x.is_same(t); });
}

} // namespace

// A node whose inputs are the given tensors. *requires_grad tells whether the graph records it. The result owns a
// reference that st_node_finish takes over.
ST_API int st_node_new(const char* label, const Handle* inputs, int64_t count, Apply apply, void (*release)(void*),
                       void* context, int32_t* requires_grad, void** result) {
  ST_TRY
  auto vars = shim::borrow_all(inputs, count);
  *requires_grad = c10::GradMode::is_enabled() &&
      std::any_of(vars.begin(), vars.end(), [](const at::Tensor& t) { return t.requires_grad(); });
  auto node = new ManagedNode();
  node->context = context;
  node->apply_managed = apply;
  node->release = release;
  node->label = label;
  std::shared_ptr<ManagedNode> shared(node, torch::autograd::deleteNode);
  if (*requires_grad) node->set_next_edges(torch::autograd::collect_next_edges(vars));
  *result = new std::shared_ptr<ManagedNode>(std::move(shared));
  ST_CATCH
}

// Hangs the outputs of forward on the node. outputs are replaced by handles of the tensors to hand to the user.
ST_API int st_node_finish(void* handle, int32_t requires_grad, int32_t materialize, const Handle* inputs,
                          int64_t input_count, const Handle* dirty, int64_t dirty_count, const Handle* constants,
                          int64_t constant_count, const Handle* to_save, int64_t save_count, Handle* outputs,
                          int64_t output_count) {
  std::unique_ptr<std::shared_ptr<ManagedNode>> holder(static_cast<std::shared_ptr<ManagedNode>*>(handle));
  ST_TRY
  auto node = *holder;
  node->materialize = materialize != 0;
  auto in = shim::borrow_all(inputs, input_count);
  auto modified = shim::borrow_all(dirty, dirty_count);
  auto constant = shim::borrow_all(constants, constant_count);
  variable_list wrapped;
  for (int64_t i = 0; i < output_count; ++i) {
    auto out = shim::borrow(outputs[i]);
    const bool is_input = out.defined() && contains(in, out);
    const bool is_modified = out.defined() && contains(modified, out);
    if (!requires_grad || !out.defined()) {
      if (requires_grad) node->add_input_metadata(Node::undefined_input());
    } else if (contains(constant, out) || !torch::autograd::isDifferentiableType(out.scalar_type())) {
      if (is_input && !is_modified) out = out.detach();
      node->add_input_metadata(out);
    } else if (is_modified) {
      TORCH_CHECK(!(out.is_leaf() && out.requires_grad()),
                  "a leaf Variable that requires grad has been used in an in-place operation.");
      auto nr = node->add_input_metadata(out);
      torch::autograd::impl::rebase_history(out, {node, nr});
    } else {
      // An input or another graph's tensor gets a fresh identity, so that its own history stays as it was.
      if (is_input || out.requires_grad()) out = out.detach();
      torch::autograd::set_history(out, node);
    }
    wrapped.push_back(out);
  }
  if (requires_grad)
    for (auto& t : shim::borrow_all(to_save, save_count)) {
      // An output is saved as what the user gets, flagged so that the graph does not hold itself.
      bool is_output = false;
      for (int64_t i = 0; i < output_count; ++i)
        if (outputs[i] && t.defined() && outputs[i] == t.unsafeGetTensorImpl()) {
          t = wrapped[i];
          is_output = t.grad_fn() == node;
        }
      node->saved.emplace_back(t, is_output);
    }
  for (int64_t i = 0; i < output_count; ++i) outputs[i] = shim::own(wrapped[i]);
  ST_CATCH
}

// The saved tensors of the node that is being applied on behalf of context; their count when results is null.
ST_API int st_node_saved(void* node_handle, Handle* results, int64_t* count) {
  ST_TRY
  auto node = static_cast<ManagedNode*>(node_handle);
  TORCH_CHECK(!node->released,
              "Trying to backward through the graph a second time: the saved tensors have been freed. Use "
              "retain_graph = true the first time.");
  *count = static_cast<int64_t>(node->saved.size());
  if (results)
    for (auto& s : node->saved) *results++ = shim::own(s.unpack(node->shared_from_this()));
  ST_CATCH
}

// The node inside a holder made by st_node_new.
ST_API void* st_node_address(void* handle) { return static_cast<std::shared_ptr<ManagedNode>*>(handle)->get(); }
ST_API void st_node_abandon(void* handle) { delete static_cast<std::shared_ptr<ManagedNode>*>(handle); }
