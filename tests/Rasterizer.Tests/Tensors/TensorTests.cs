using Xunit;

namespace SvgDistill.Rasterizer.Tests.Tensors;

/// <summary>
/// Tests with tensors run one at a time, and beside no other: TorchSharp does not keep a <c>Scalar</c> alive during the native call that
/// reads it, so that a collection which another thread's allocations start may free it there (PyTorch then says "Expected false to be
/// true" in <c>Scalar.h</c>).
/// </summary>
[CollectionDefinition(nameof(TensorTests), DisableParallelization = true)]
public sealed class TensorTests;
