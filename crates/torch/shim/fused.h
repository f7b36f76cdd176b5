// What the fused optimiser steps share.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <tuple>

namespace midfuse {

// The fused kernels take tensors of one device, dtype and (the last part) one stage of their run.
using Key = std::tuple<c10::DeviceType, c10::DeviceIndex, at::ScalarType, int64_t>;

inline Key key_of(const at::Tensor& param, int64_t stage) {
  return {param.device().type(), param.device().index(), param.scalar_type(), stage};
}

// The gradient of a parameter, or an undefined tensor where it has none. The CPU kernels walk raw
// memory: parameter, gradient and state must lie alike.
inline at::Tensor gradient_laid_out(const at::Tensor& param, const char* optimizer) {
  const at::Tensor& grad = param.grad();
  if (!grad.defined()) return grad;
  TORCH_CHECK(!grad.is_sparse(), optimizer, " takes no sparse gradients");
  TORCH_CHECK(param.is_non_overlapping_and_dense(), optimizer, " takes dense parameters only");
  if (grad.strides() == param.strides() && grad.scalar_type() == param.scalar_type()) return grad;
  return at::empty_like(param).copy_(grad);
}

}  // namespace midfuse
