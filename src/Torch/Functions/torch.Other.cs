namespace TorchSharp;

// The methods of Tensor as functions of their first argument.
public static partial class torch
{
    public static bool is_complex(Tensor input) => input.is_complex();
    public static bool is_integral(Tensor t) => t.is_integral();
    public static bool is_nonzero(Tensor input) => input.is_nonzero();
}
