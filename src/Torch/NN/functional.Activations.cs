using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long { None = 0, Mean = 1, Sum = 2 }

        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => Choose("relu", inplace, x);
            public static Tensor relu6(Tensor x, bool inplace = false) => Choose("relu6", inplace, x);
            public static Tensor selu(Tensor x, bool inplace = false) => Choose("selu", inplace, x);
            public static Tensor silu(Tensor x, bool inplace = false) => Choose("silu", inplace, x);
            public static Tensor mish(Tensor x, bool inplace = false) => Choose("mish", inplace, x);
            public static Tensor sigmoid(Tensor x) => x.sigmoid();
            public static Tensor sigmoid(Tensor x, bool inplace) => Choose("sigmoid", inplace, x);
            public static Tensor tanh(Tensor x, bool inplace = false) => Choose("tanh", inplace, x);
            public static Tensor gelu(Tensor x) => x.gelu();
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();
            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) =>
                inplace ? x.gelu_(approximate) : x.gelu(approximate);
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => Choose("elu", inplace, x, alpha);
            public static Tensor celu(Tensor x, double alpha, bool inplace = false) =>
                Choose("celu", inplace, x, alpha);
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                Choose("leaky_relu", inplace, input, negative_slope);
            public static Tensor hardtanh(Tensor x, double min_val = -1.0, double max_val = 1.0, bool inplace = false) =>
                Choose("hardtanh", inplace, x, min_val, max_val);
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) =>
                Choose("hardsigmoid", inplace, input);
            public static Tensor hardswish(Tensor input, bool inplace = false) => Choose("hardswish", inplace, input);
            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                Choose("threshold", inplace, x, threshold, value);
            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) =>
                x.softplus(beta, threshold);
            public static Tensor prelu(Tensor input, Tensor weight) => Aten.Call("prelu", input, weight);
            public static Tensor glu(Tensor input, long dim = -1) => input.glu(dim);
            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.Call("mse_loss", input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.Call("l1_loss", input, target, (long)reduction);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean,
                double beta = 1.0) => Aten.Call("smooth_l1_loss", input, target, (long)reduction, beta);

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0,
                Reduction reduction = Reduction.Mean) =>
                Aten.Call("huber_loss", input, target, (long)reduction, delta);

            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null,
                long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Aten.Call("cross_entropy_loss", input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null,
                Reduction reduction = Reduction.Mean) =>
                Aten.Call("nll_loss_nd", input, target, weight, (long)reduction);

            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null,
                Reduction reduction = Reduction.Mean) =>
                Aten.Call("binary_cross_entropy", input, target, weight, (long)reduction);

            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null,
                Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Aten.Call("binary_cross_entropy_with_logits", input, target, weight, pos_weights, (long)reduction);

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true,
                Reduction reduction = Reduction.Mean) =>
                Aten.Call("kl_div", input, target, (long)reduction, log_target);
        }
    }
}
