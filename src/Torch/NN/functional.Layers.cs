using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Aten.Call("linear", input, weights, bias);

            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) =>
                Aten.Call("bilinear", input1, input2, weight, bias);

            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null,
                long? padding = null, long? dilation = null, long groups = 1) =>
                Aten.Call("conv1d", input, weight, bias, One(stride, 1), One(padding, 0), One(dilation, 1), groups);

            public static Tensor conv1d_padding(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null,
                Padding padding = Padding.Valid, long? dilation = null, long groups = 1) =>
                Aten.Call("conv1d.padding", input, weight, bias, One(stride, 1), Name(padding), One(dilation, 1), groups);

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                IsMatrixProduct(input, weight, strides, padding, groups)
                    ? PointwiseConvolution(input, weight, bias)
                    : Aten.Call("conv2d", input, weight, bias, strides ?? [1], padding ?? [0], dilation ?? [1], groups);

            // oneDNN blocks 1x1 convolutions in fp32 by the number of threads, so that their rounding depends on it. As
            // matrix products they take as long and round the same way on any number.
            private static bool IsMatrixProduct(Tensor input, Tensor weight, long[]? strides, long[]? padding,
                long groups) =>
                groups == 1 && input.ndim == 4 && weight.ndim == 4 && weight.numel() == weight.size(0) * weight.size(1)
                && input.size(1) == weight.size(1) && input.dtype == ScalarType.Float32
                && weight.dtype == ScalarType.Float32 && input.is_cpu()
                && (strides is null || strides.All(s => s == 1)) && (padding is null || padding.All(p => p == 0));

            private static Tensor PointwiseConvolution(Tensor input, Tensor weight, Tensor? bias)
            {
                using var scope = NewDisposeScope();
                long[] s = input.shape;
                var x = input.flatten(2);
                var w = weight.reshape(1, -1, s[1]).expand(s[0], -1, -1);
                var y = bias is null ? w.bmm(x) : bias.view(1, -1, 1).expand(s[0], -1, x.size(2)).baddbmm(w, x);
                return y.view(s[0], -1, s[2], s[3]).MoveToOuterDisposeScope();
            }

            public static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null,
                long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Aten.Call("conv2d.padding", input, weight, bias, strides ?? [1], Name(padding), dilation ?? [1], groups);

            public static Tensor conv_transpose1d(Tensor input, Tensor weight, Tensor? bias = null,
                long? stride = null, long? padding = null, long? output_padding = null, long? dilation = null,
                long groups = 1) =>
                Aten.Call("conv_transpose1d", input, weight, bias, One(stride, 1), One(padding, 0),
                    One(output_padding, 0), groups, One(dilation, 1));

            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null,
                long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null,
                long groups = 1) =>
                Aten.Call("conv_transpose2d.input", input, weight, bias, strides ?? [1], padding ?? [0],
                    output_padding ?? [0], groups, dilation ?? [1]);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null,
                double eps = 1e-5) => Aten.Call("group_norm", input, num_groups, weight, bias, eps);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null,
                Tensor? bias = null, double eps = 1e-05) =>
                Aten.Call("layer_norm", input, normalized_shape, weight, bias, eps);

            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var,
                Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1,
                double eps = 1e-05) =>
                Aten.Call("batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor instance_norm(Tensor input, Tensor? running_mean = null, Tensor? running_var = null,
                Tensor? weight = null, Tensor? bias = null, bool use_input_stats = true, double momentum = 0.1,
                double eps = 1e-05) =>
                Aten.Call("instance_norm", input, weight, bias, running_mean, running_var, use_input_stats, momentum,
                    eps, true);

            /// <summary>input / max(|input|_p over dim, eps)</summary>
            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1L, double eps = 1e-12)
            {
                using var length = Aten.Call("norm.ScalarOpt_dim", input, p, new[] { dim }, true);
                using var divisor = length.clamp_min(eps);
                return input / divisor;
            }

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                Aten.Call("cosine_similarity", x1, x2, dim, eps);

            public static Tensor pairwise_distance(Tensor input1, Tensor input2, double p = 2.0, double eps = 1e-6,
                bool keepdim = false) => Aten.Call("pairwise_distance", input1, input2, p, eps, keepdim);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.Call("one_hot", x, num_classes);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Choose("dropout", inplace, input, p, training);

            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Choose("feature_dropout", inplace, input, p, training);

            /// <summary>softmax(q k^T / sqrt(width) + mask) v; attn_mask is added, or false where boolean: hidden.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value,
                Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (Aten.Has("scaled_dot_product_attention"))
                    return Aten.Call("scaled_dot_product_attention", query, key, value, attn_mask, p, is_casual);
                using var scope = NewDisposeScope();
                var scores = query.matmul(key.transpose(-2, -1)) * (1 / Math.Sqrt(query.size(-1)));
                if (is_casual) attn_mask = ones(query.size(-2), key.size(-2), @bool, query.device).tril();
                if (attn_mask is not null)
                    scores = attn_mask.dtype == @bool
                        ? scores.masked_fill(attn_mask.logical_not(), double.NegativeInfinity)
                        : scores + attn_mask;
                var weights = scores.softmax(-1);
                if (p > 0) weights = dropout(weights, p);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }

            internal static Tensor Choose(string op, bool inplace, params ReadOnlySpan<Arg> args) =>
                inplace ? Aten.InPlace(op + "_", args) : Aten.Call(op, args);

            private static long[] One(long? value, long otherwise) => [value ?? otherwise];

            private static string Name(Padding padding) => padding == Padding.Same ? "same" : "valid";
        }
    }
}
