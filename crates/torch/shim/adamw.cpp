// The fused AdamW step.

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>

#include <map>

#include "fused.h"
#include "guard.h"

using midfuse::guarded;
using midfuse::Handle;
using midfuse::Key;

namespace {

struct AdamwHyper {
  double lr, beta1, beta2, eps, weight_decay;
};

struct AdamwGroup {
  std::vector<at::Tensor> params, grads, exp_avgs, exp_avg_sqs, steps;
};

void step(const Handle* params, const Handle* exp_avgs, const Handle* exp_avg_sqs, int64_t* steps,
          size_t n, const AdamwHyper& hyper) {
  at::NoGradGuard no_grad;
  std::map<Key, AdamwGroup> groups;
  for (size_t i = 0; i < n; ++i) {
    const at::Tensor& param = *params[i];
    const at::Tensor grad = midfuse::gradient_laid_out(param, "AdamW");
    if (!grad.defined()) continue;
    // Parameters of a group have taken the same number of steps.
    AdamwGroup& group = groups[midfuse::key_of(param, ++steps[i])];
    group.params.push_back(param);
    group.grads.push_back(grad);
    group.exp_avgs.push_back(*exp_avgs[i]);
    group.exp_avg_sqs.push_back(*exp_avg_sqs[i]);
  }
  for (auto& [key, group] : groups) {
    const auto options = at::TensorOptions().dtype(at::kFloat).device(group.params[0].device());
    // The kernels only read it, so all parameters of a group share one.
    const at::Tensor count = at::full({}, static_cast<double>(std::get<3>(key)), options);
    group.steps.assign(group.params.size(), count);
    at::_fused_adamw_(group.params, group.grads, group.exp_avgs, group.exp_avg_sqs, {}, group.steps,
                      hyper.lr, hyper.beta1, hyper.beta2, hyper.weight_decay, hyper.eps,
                      /*amsgrad=*/false, /*maximize=*/false);
  }
}

}  // namespace

extern "C" {

char* midfuse_fused_adamw(const Handle* params, const Handle* exp_avgs, const Handle* exp_avg_sqs,
                          int64_t* steps, size_t n, const AdamwHyper* hyper) {
  return guarded([&] { step(params, exp_avgs, exp_avg_sqs, steps, n, *hyper); });
}
}
