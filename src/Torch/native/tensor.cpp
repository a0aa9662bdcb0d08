// What a tensor says about itself, its data, and its gradient's place.
#include "shim.h"

#include <torch/csrc/autograd/variable.h>

ST_API void st_release(Handle h) {
  if (h) c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h);
}

ST_API int64_t st_dim(Handle h) { return h->dim(); }
ST_API int64_t st_numel(Handle h) { return h->numel(); }
ST_API int64_t st_element_size(Handle h) { return static_cast<int64_t>(h->dtype().itemsize()); }
ST_API int32_t st_dtype(Handle h) { return static_cast<int32_t>(c10::typeMetaToScalarType(h->dtype())); }
ST_API int32_t st_device_type(Handle h) { return static_cast<int32_t>(h->device().type()); }
ST_API int32_t st_device_index(Handle h) { return h->device().index(); }
ST_API int32_t st_is_contiguous(Handle h) { return h->is_contiguous(); }
ST_API int32_t st_is_sparse(Handle h) { return h->is_sparse(); }

ST_API int64_t st_storage_offset(Handle h) { return h->storage_offset(); }

ST_API void st_sizes(Handle h, int64_t* sizes) {
  for (auto s : h->sizes()) *sizes++ = s;
}

ST_API int st_strides(Handle h, int64_t* strides) {
  ST_TRY
  for (auto s : h->strides()) *strides++ = s;
  ST_CATCH
}

ST_API int st_data(Handle h, void** data) {
  ST_TRY
  *data = shim::borrow(h).data_ptr();
  ST_CATCH
}

// Another reference to the same tensor (autograd history included).
ST_API Handle st_alias(Handle h) { return shim::own(shim::borrow(h)); }

// A CPU tensor over memory that the caller keeps until release(context) is called.
ST_API int st_from_memory(void* data, const int64_t* sizes, int64_t dims, int32_t dtype, void (*release)(void*),
                          void* context, Handle* result) {
  ST_TRY
  auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
  *result = shim::own(at::from_blob(
      data, at::IntArrayRef(sizes, dims), [release, context](void*) { release(context); }, options));
  ST_CATCH
}

ST_API int32_t st_requires_grad(Handle h) { return h->requires_grad(); }

ST_API int st_set_requires_grad(Handle h, int32_t value) {
  ST_TRY
  auto t = shim::borrow(h);
  TORCH_CHECK(t.is_leaf() || value, "you can only change requires_grad flags of leaf variables");
  TORCH_CHECK(!value || at::isFloatingType(t.scalar_type()) || at::isComplexType(t.scalar_type()),
              "only Tensors of floating point dtype can require gradients");
  if (t.is_leaf()) t.set_requires_grad(value != 0);
  ST_CATCH
}

ST_API int32_t st_is_leaf(Handle h) { return shim::borrow(h).is_leaf(); }

ST_API int st_retain_grad(Handle h) {
  ST_TRY
  shim::borrow(h).retain_grad();
  ST_CATCH
}

ST_API Handle st_grad(Handle h) {
  auto t = shim::borrow(h);
  return shim::own(t.is_leaf() || t.retains_grad() ? t.grad() : at::Tensor());
}

ST_API int st_set_grad(Handle h, Handle grad) {
  ST_TRY
  auto t = shim::borrow(h);
  auto g = shim::borrow(grad);
  TORCH_CHECK(!g.defined() || g.sizes() == t.sizes(), "assigned grad has data of a different size");
  t.mutable_grad() = g;
  ST_CATCH
}

// Makes h the same tensor data as source (module.to(...) keeps its parameters' identity).
ST_API int st_set_data(Handle h, Handle source) {
  ST_TRY
  shim::borrow(h).set_data(shim::borrow(source));
  ST_CATCH
}
