using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their joint norm is at most max_norm; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var scope = NewDisposeScope();
                var grads = tensors.Select(p => p.grad).OfType<Tensor>().ToList();
                if (grads.Count == 0) return 0;
                var norms = stack(grads.Select(g => linalg.vector_norm(g, norm_type)));
                double total = linalg.vector_norm(norms, norm_type).ToDouble();
                double scale = max_norm / (total + 1e-6);
                if (scale < 1)
                    foreach (var g in grads) g.mul_(scale);
                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var scope = NewDisposeScope();
                foreach (var g in tensors.Select(p => p.grad).OfType<Tensor>()) g.clamp_(-clip_value, clip_value);
            }
        }
    }
}
