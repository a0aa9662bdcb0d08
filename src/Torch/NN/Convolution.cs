using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules
{
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(bias))] private Parameter? ownBias;
        [ComponentName(Name = nameof(weight))] private Parameter? ownWeight;

        protected Convolution(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride,
            long[]? padding, Padding? padding_type, long[] dilation, bool transposed, long[] output_padding,
            long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null)
            : base(name)
        {
            this.in_channels = in_channels;
            this.out_channels = out_channels;
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
            this.padding_type = padding_type;
            this.dilation = dilation;
            this.transposed = transposed;
            this.output_padding = output_padding;
            this.groups = groups;
            this.padding_mode = padding_mode;
            long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
            weight = new Parameter(empty((long[])[.. channels, .. kernel_size], dtype, device));
            if (bias) this.bias = new Parameter(empty(out_channels, dtype, device));
            reset_parameters();
        }

        public long in_channels { get; }
        public long out_channels { get; }
        public long[] kernel_size { get; set; }
        public long[] stride { get; set; }
        public long[]? padding { get; }
        public Padding? padding_type { get; }
        public long[] dilation { get; set; }
        public bool transposed { get; }
        public long[] output_padding { get; set; }
        public long groups { get; set; }
        public PaddingModes padding_mode { get; set; }

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

        public void reset_parameters() => nn.init.FanInUniform(weight, bias);

        /// <summary>The input with its border by padding_mode; the convolution itself then needs no padding.</summary>
        private protected Tensor? Bordered(Tensor input)
        {
            if (padding_mode == PaddingModes.Zeros) return null;
            var around = padding ?? [.. kernel_size.Zip(dilation, (k, d) => d * (k - 1) / 2)];
            return F.pad(input, (long[])[.. around.Reverse().SelectMany(p => new[] { p, p })], padding_mode);
        }
    }

    public sealed class Conv1d : Convolution
    {
        internal Conv1d(long inputs, long outputs, long kernel, long stride, long[]? padding, Padding? same,
            long dilation, PaddingModes mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv1d), inputs, outputs, [kernel], [stride], padding, same, [dilation], false, [0], groups,
                bias, mode, device, dtype) { }

        public override Tensor forward(Tensor input)
        {
            using var bordered = Bordered(input);
            return padding_type is { } same && bordered is null
                ? F.conv1d_padding(input, weight, bias, stride[0], same, dilation[0], groups)
                : F.conv1d(bordered ?? input, weight, bias, stride[0], bordered is null ? padding![0] : 0, dilation[0],
                    groups);
        }
    }

    public sealed class Conv2d : Convolution
    {
        internal Conv2d(long inputs, long outputs, long[] kernel, long[] stride, long[]? padding, Padding? same,
            long[] dilation, PaddingModes mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d), inputs, outputs, kernel, stride, padding, same, dilation, false, [0, 0], groups,
                bias, mode, device, dtype) { }

        public override Tensor forward(Tensor input)
        {
            using var bordered = Bordered(input);
            return padding_type is { } same && bordered is null
                ? F.conv2d_padding(input, weight, bias, stride, same, dilation, groups)
                : F.conv2d(bordered ?? input, weight, bias, stride, bordered is null ? padding : [0, 0], dilation,
                    groups);
        }
    }

    public abstract class ConvolutionTranspose : Convolution
    {
        private protected ConvolutionTranspose(string name, long inputs, long outputs, long[] kernel, long[] stride,
            long[] padding, long[] output_padding, long[] dilation, long groups, bool bias, Device? device,
            ScalarType? dtype)
            : base(name, inputs, outputs, kernel, stride, padding, null, dilation, true, output_padding, groups, bias,
                PaddingModes.Zeros, device, dtype) { }
    }

    public sealed class ConvTranspose2d : ConvolutionTranspose
    {
        internal ConvTranspose2d(long inputs, long outputs, long[] kernel, long[] stride, long[] padding,
            long[] output_padding, long[] dilation, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(ConvTranspose2d), inputs, outputs, kernel, stride, padding, output_padding, dilation, groups,
                bias, device, dtype) { }

        public override Tensor forward(Tensor input) =>
            F.conv_transpose2d(input, weight, bias, stride, padding, output_padding, dilation, groups);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1,
                long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, [padding], null, dilation, padding_mode, groups,
                    bias, device, dtype);

            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, Padding padding,
                long stride = 1, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, null, padding, dilation, padding_mode, groups,
                    bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1,
                long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], null,
                    [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size,
                (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, Pair(kernel_size, 1), Pair(stride, 1), Pair(padding, 0), null,
                    Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding,
                long stride = 1, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], null, padding,
                    [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, Padding padding,
                (long, long)? stride = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, Pair(kernel_size, 1), Pair(stride, 1), null, padding, Pair(dilation, 1),
                    padding_mode, groups, bias, device, dtype);

            public static ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, long kernel_size,
                long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                padding_mode != PaddingModes.Zeros
                    ? throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND",
                        nameof(padding_mode))
                    : new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding],
                        [output_padding, output_padding], [dilation, dilation], groups, bias, device, dtype);

            private static long[] Pair((long, long)? pair, long otherwise) =>
                pair is var (a, b) ? [a, b] : [otherwise, otherwise];
        }
    }
}
