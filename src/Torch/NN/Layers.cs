using TorchSharp.Modules;
using TorchSharp.Native;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules
{
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(bias))] private Parameter? ownBias;
        [ComponentName(Name = nameof(weight))] private Parameter? ownWeight;

        internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
        {
            in_features = weight.size(1);
            out_features = weight.size(0);
            this.weight = weight;
            this.bias = bias;
        }

        public long in_features { get; set; }
        public long out_features { get; set; }

        public Parameter weight
        {
            get => ownWeight!;
            set => SetParameter(ref ownWeight, value, nameof(weight));
        }

        public Parameter? bias
        {
            get => ownBias;
            set => SetParameter(ref ownBias, value, nameof(bias));
        }

        public override Tensor forward(Tensor tensor) => F.linear(tensor, weight, bias);
    }

    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(bias))] private Parameter? ownBias;
        [ComponentName(Name = nameof(weight))] private Parameter? ownWeight;

        internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device,
            ScalarType? dtype) : base(nameof(GroupNorm))
        {
            this.num_groups = num_groups;
            this.eps = eps;
            this.affine = affine;
            if (!affine) return;
            weight = new Parameter(ones(num_channels, dtype, device));
            bias = new Parameter(zeros(num_channels, dtype, device));
        }

        public long num_groups { get; set; }
        public double eps { get; set; }
        public bool affine { get; set; }

        public Parameter weight
        {
            get => ownWeight!;
            set => SetParameter(ref ownWeight, value, nameof(weight));
        }

        public Parameter? bias
        {
            get => ownBias;
            set => SetParameter(ref ownBias, value, nameof(bias));
        }

        public override Tensor forward(Tensor tensor) => F.group_norm(tensor, num_groups, ownWeight, bias, eps);
    }

    public sealed class LayerNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(bias))] private Parameter? ownBias;
        [ComponentName(Name = nameof(weight))] private Parameter? ownWeight;

        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device,
            ScalarType? dtype) : base(nameof(LayerNorm))
        {
            this.normalized_shape = normalized_shape;
            this.eps = eps;
            this.elementwise_affine = elementwise_affine;
            if (!elementwise_affine) return;
            weight = new Parameter(ones(normalized_shape, dtype, device));
            if (bias) this.bias = new Parameter(zeros(normalized_shape, dtype, device));
        }

        public long[] normalized_shape { get; set; }
        public double eps { get; set; }
        public bool elementwise_affine { get; set; }

        public Parameter weight
        {
            get => ownWeight!;
            set => SetParameter(ref ownWeight, value, nameof(weight));
        }

        public Parameter? bias
        {
            get => ownBias;
            set => SetParameter(ref ownBias, value, nameof(bias));
        }

        public override Tensor forward(Tensor tensor) => F.layer_norm(tensor, normalized_shape, ownWeight, bias, eps);

        public void reset_parameters()
        {
            if (!elementwise_affine) return;
            nn.init.ones_(weight);
            if (bias is not null) nn.init.zeros_(bias);
        }
    }

    /// <summary>Rows of a table by index.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long paddingIndex;
        [ComponentName(Name = nameof(weight))] private Parameter? ownWeight;

        internal Embedding(Parameter weight, long? padding_idx) : base(nameof(Embedding))
        {
            paddingIndex = padding_idx ?? -1;
            this.weight = weight;
        }

        [System.Diagnostics.CodeAnalysis.DisallowNull]
        public Parameter? weight
        {
            get => ownWeight;
            set => SetParameter(ref ownWeight, value, nameof(weight));
        }

        public override Tensor forward(Tensor input) => Aten.Call("embedding", weight, input, paddingIndex);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public partial class Module
            {
                // What a weight or bias property does: the layer owns the new parameter and drops the old.
                private protected void SetParameter(ref Parameter? field, Parameter? value, string name)
                {
                    if (ReferenceEquals(field, value)) return;
                    field?.Dispose();
                    field = (Parameter?)value?.DetachFromDisposeScope();
                    ConditionallyRegisterParameter(name, field);
                }
            }

            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null,
                ScalarType? dtype = null)
            {
                var weight = new Parameter(empty(outputSize, inputSize, dtype, device));
                var bias = hasBias ? new Parameter(empty(outputSize, dtype, device)) : null;
                init.FanInUniform(weight, bias);
                return new(weight, bias);
            }

            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

            public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05,
                bool affine = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);

            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05,
                bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05,
                bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null,
                double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false,
                Device? device = null, ScalarType? dtype = null)
            {
                RejectUnsupported(max_norm, scale_grad_by_freq, sparse);
                var weight = new Parameter(empty(num_embeddings, embedding_dims, dtype, device));
                init.normal_(weight);
                if (padding_idx is { } p)
                    using (no_grad())
                    using (var row = weight[p]) row.zero_();
                return new(weight, padding_idx);
            }

            public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true,
                long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                RejectUnsupported(max_norm, scale_grad_by_freq, sparse);
                var table = embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device,
                    disposeAfter: true);
                return new(new Parameter(table, !freeze), padding_idx);
            }

            private static void RejectUnsupported(double? max_norm, bool scale_grad_by_freq, bool sparse)
            {
                if (max_norm is not null || scale_grad_by_freq || sparse)
                    throw new NotSupportedException(
                        "Embedding: max_norm, scale_grad_by_freq and sparse are not supported by this binding");
            }
        }
    }
}
