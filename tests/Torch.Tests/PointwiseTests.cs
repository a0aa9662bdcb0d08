using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Torch.Tests;

public class PointwiseTests
{
    private static readonly double[] Values = [-2.75, -1.5, -1, -0.6, -0.2, 0, 0.3, 0.5, 0.99, 1, 1.5, 2.25];

    private static double Erf(double x)
    {
        // Maclaurin series: exact to rounding for |x| < 3.
        double term = x, sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Op, Func<Tensor, Tensor>? InPlace, Func<double, double> Truth)> Unary = new()
    {
        ["abs"] = (x => x.abs(), x => x.abs_(), Math.Abs),
        ["neg"] = (x => -x, x => x.neg_(), x => -x),
        ["sign"] = (x => x.sign(), x => x.sign_(), x => Math.Sign(x)),
        ["floor"] = (x => x.floor(), x => x.floor_(), Math.Floor),
        ["ceil"] = (x => x.ceil(), x => x.ceil_(), Math.Ceiling),
        ["round"] = (x => x.round(), x => x.round_(), x => Math.Round(x, MidpointRounding.ToEven)),
        ["round to one place"] = (x => x.round(1), x => x.round_(1), x => Math.Round(x * 10, MidpointRounding.ToEven) / 10),
        ["trunc"] = (x => x.trunc(), x => x.trunc_(), Math.Truncate),
        ["frac"] = (x => x.frac(), x => x.frac_(), x => x - Math.Truncate(x)),
        ["exp"] = (x => x.exp(), x => x.exp_(), Math.Exp),
        ["expm1"] = (x => x.expm1(), x => x.expm1_(), x => Math.Exp(x) - 1),
        ["exp2"] = (x => x.exp2(), x => x.exp2_(), x => Math.Pow(2, x)),
        ["log"] = (x => x.log(), x => x.log_(), Math.Log),
        ["log1p"] = (x => x.log1p(), x => x.log1p_(), x => Math.Log(1 + x)),
        ["log2"] = (x => x.log2(), x => x.log2_(), Math.Log2),
        ["log10"] = (x => x.log10(), x => x.log10_(), Math.Log10),
        ["sqrt"] = (x => x.sqrt(), x => x.sqrt_(), Math.Sqrt),
        ["rsqrt"] = (x => x.rsqrt(), x => x.rsqrt_(), x => 1 / Math.Sqrt(x)),
        ["square"] = (x => x.square(), null, x => x * x),
        ["reciprocal"] = (x => x.reciprocal(), x => x.reciprocal_(), x => 1 / x),
        ["sin"] = (x => x.sin(), x => x.sin_(), Math.Sin),
        ["cos"] = (x => x.cos(), x => x.cos_(), Math.Cos),
        ["tan"] = (x => x.tan(), x => x.tan_(), Math.Tan),
        ["asin"] = (x => x.asin(), x => x.asin_(), Math.Asin),
        ["acos"] = (x => x.acos(), x => x.acos_(), Math.Acos),
        ["atan"] = (x => x.atan(), x => x.atan_(), Math.Atan),
        ["sinh"] = (x => x.sinh(), x => x.sinh_(), Math.Sinh),
        ["cosh"] = (x => x.cosh(), x => x.cosh_(), Math.Cosh),
        ["tanh"] = (x => x.tanh(), x => x.tanh_(), Math.Tanh),
        ["sinc"] = (x => x.sinc(), x => x.sinc_(), x => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)),
        ["deg2rad"] = (x => x.deg2rad(), x => x.deg2rad_(), x => x * Math.PI / 180),
        ["erf"] = (x => x.erf(), x => x.erf_(), Erf),
        ["erfc"] = (x => x.erfc(), x => x.erfc_(), x => 1 - Erf(x)),
        ["sigmoid"] = (x => x.sigmoid(), x => x.sigmoid_(), Sigmoid),
        ["logit"] = (x => x.logit(0.1), x => x.logit_(0.1), x => Math.Log(Math.Clamp(x, 0.1, 0.9) / (1 - Math.Clamp(x, 0.1, 0.9)))),
        ["relu"] = (x => x.relu(), x => x.relu_(), x => Math.Max(x, 0)),
        ["leaky_relu"] = (x => x.leaky_relu(0.1), x => x.leaky_relu_(0.1), x => x > 0 ? x : 0.1 * x),
        ["elu"] = (x => x.elu(0.5), x => x.elu_(0.5), x => x > 0 ? x : 0.5 * (Math.Exp(x) - 1)),
        ["hardtanh"] = (x => x.hardtanh(-1, 0.5), x => x.hardtanh_(-1, 0.5), x => Math.Clamp(x, -1, 0.5)),
        ["hardsigmoid"] = (x => x.hardsigmoid(), x => x.hardsigmoid_(), x => Math.Clamp(x / 6 + 0.5, 0, 1)),
        ["threshold"] = (x => x.threshold(0.4, 7), x => x.threshold_(0.4, 7), x => x > 0.4 ? x : 7),
        ["softplus"] = (x => x.softplus(2), null, x => Math.Log(1 + Math.Exp(2 * x)) / 2),
        ["log_sigmoid"] = (x => x.log_sigmoid(), null, x => -Math.Log(1 + Math.Exp(-x))),
        ["silu"] = (x => x.silu(), x => x.silu_(), x => x * Sigmoid(x)),
        ["gelu"] = (x => x.gelu(), x => x.gelu_(), x => x * 0.5 * (1 + Erf(x / Math.Sqrt(2)))),
        ["gelu by tanh"] = (x => x.gelu(GELU.Approximate.tanh), x => x.gelu_(GELU.Approximate.tanh),
            x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        ["clamp"] = (x => x.clamp(-1, 0.5), x => x.clamp_(-1, 0.5), x => Math.Clamp(x, -1, 0.5)),
        ["clamp_min"] = (x => x.clamp_min(-0.5), x => x.clamp_min_(-0.5), x => Math.Max(x, -0.5)),
        ["clamp_max"] = (x => x.clamp_max(0.5), x => x.clamp_max_(0.5), x => Math.Min(x, 0.5)),
        ["pow"] = (x => x.pow(3), x => x.pow_(3), x => x * x * x),
        ["fmod"] = (x => x.fmod(0.7), x => x.fmod_(0.7), x => x % 0.7),
        ["remainder"] = (x => x.remainder(0.7), x => x.remainder_(0.7), x => x - 0.7 * Math.Floor(x / 0.7)),
        ["add"] = (x => x + 2, x => x.add_(2), x => x + 2),
        ["add scaled"] = (x => x.add(2, 3), x => x.add_(2, 3), x => x + 6),
        ["sub"] = (x => x - 2, x => x.sub_(2), x => x - 2),
        ["from a number"] = (x => 2 - x, null, x => 2 - x),
        ["mul"] = (x => x * 2, x => x.mul_(2), x => x * 2),
        ["div"] = (x => x / 4, x => x.div_(4), x => x / 4),
        ["over"] = (x => 3.0 / x, null, x => 3 * (1 / x)),
        ["div floor"] = (x => x.div(0.7, RoundingMode.floor), x => x.div_(0.7, RoundingMode.floor), x => Math.Floor(x / 0.7)),
        ["div trunc"] = (x => x.div(0.7, RoundingMode.trunc), x => x.div_(0.7, RoundingMode.trunc), x => Math.Truncate(x / 0.7)),
        ["isfinite"] = (x => x.log().isfinite(), null, x => double.IsFinite(Math.Log(x)) ? 1 : 0),
        ["isnan"] = (x => x.log().isnan(), null, x => double.IsNaN(Math.Log(x)) ? 1 : 0),
        ["isinf"] = (x => x.log().isinf(), null, x => double.IsInfinity(Math.Log(x)) ? 1 : 0),
        ["signbit"] = (x => x.signbit(), null, x => double.IsNegative(x) ? 1 : 0),
        ["logical_not"] = (x => x.logical_not(), x => x.logical_not_(), x => x == 0 ? 1 : 0),
        ["eq"] = (x => x == 0.5, x => x.eq_(0.5), x => x == 0.5 ? 1 : 0),
        ["ne"] = (x => x != 0.5, x => x.ne_(0.5), x => x != 0.5 ? 1 : 0),
        ["lt"] = (x => x < 0.5, x => x.lt_(0.5), x => x < 0.5 ? 1 : 0),
        ["le"] = (x => x <= 0.5, x => x.le_(0.5), x => x <= 0.5 ? 1 : 0),
        ["gt"] = (x => x > 0.5, x => x.gt_(0.5), x => x > 0.5 ? 1 : 0),
        ["ge"] = (x => x >= 0.5, x => x.ge_(0.5), x => x >= 0.5 ? 1 : 0),
        ["number on the left"] = (x => (Scalar)0.5 < x, null, x => 0.5 < x ? 1 : 0),
        ["fill"] = (x => full_like(x, 3), x => x.fill_(3), _ => 3),
        ["zero"] = (x => zeros_like(x), x => x.zero_(), _ => 0),
        ["lerp"] = (x => x.lerp(tensor(2.0), tensor(0.25)), x => x.lerp_(tensor(2.0), tensor(0.25)), x => x + 0.25 * (2 - x)),
        ["addcmul"] = (x => x.addcmul(x, x, 0.5), x => x.addcmul_(x.clone(), x.clone(), 0.5), x => x + 0.5 * x * x),
        ["addcdiv"] = (x => x.addcdiv(x, x + 10, 2), x => x.addcdiv_(x.clone(), x + 10, 2), x => x + 2 * x / (x + 10)),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Op, Func<Tensor, Tensor, Tensor>? InPlace, Func<double, double, double> Truth)> Binary = new()
    {
        ["add"] = ((x, y) => x + y, (x, y) => x.add_(y), (x, y) => x + y),
        ["add scaled"] = ((x, y) => x.add(y, 0.5), (x, y) => x.add_(y, 0.5), (x, y) => x + 0.5 * y),
        ["sub"] = ((x, y) => x - y, (x, y) => x.sub_(y), (x, y) => x - y),
        ["mul"] = ((x, y) => x * y, (x, y) => x.mul_(y), (x, y) => x * y),
        ["div"] = ((x, y) => x / y, (x, y) => x.div_(y), (x, y) => x / y),
        ["floor_divide"] = ((x, y) => x.floor_divide(y), (x, y) => x.floor_divide_(y), (x, y) => Math.Floor(x / y)),
        ["pow"] = ((x, y) => x.abs().pow(y), (x, y) => x.abs_().pow_(y), (x, y) => Math.Pow(Math.Abs(x), y)),
        ["fmod"] = ((x, y) => x.fmod(y), (x, y) => x.fmod_(y), (x, y) => x % y),
        ["remainder"] = ((x, y) => x % y, (x, y) => x.remainder_(y), (x, y) => x - y * Math.Floor(x / y)),
        ["atan2"] = ((x, y) => x.atan2(y), (x, y) => x.atan2_(y), Math.Atan2),
        ["hypot"] = ((x, y) => x.hypot(y), null, double.Hypot),
        ["copysign"] = ((x, y) => x.copysign(y), (x, y) => x.copysign_(y), Math.CopySign),
        ["maximum"] = ((x, y) => x.maximum(y), null, Math.Max),
        ["minimum"] = ((x, y) => x.minimum(y), null, Math.Min),
        ["max"] = ((x, y) => max(x, y), null, Math.Max),
        ["min"] = ((x, y) => min(x, y), null, Math.Min),
        ["logaddexp"] = ((x, y) => x.logaddexp(y), null, (x, y) => Math.Log(Math.Exp(x) + Math.Exp(y))),
        ["clamp"] = ((x, y) => x.clamp(y, y + 1), (x, y) => x.clamp_(y, y + 1), (x, y) => Math.Clamp(x, y, y + 1)),
        ["eq"] = ((x, y) => x == y, (x, y) => x.eq_(y), (x, y) => x == y ? 1 : 0),
        ["lt"] = ((x, y) => x < y, (x, y) => x.lt_(y), (x, y) => x < y ? 1 : 0),
        ["ge"] = ((x, y) => x >= y, (x, y) => x.ge_(y), (x, y) => x >= y ? 1 : 0),
        ["logical_and"] = ((x, y) => x.logical_and(y), (x, y) => x.logical_and_(y), (x, y) => x != 0 && y != 0 ? 1 : 0),
        ["logical_or"] = ((x, y) => x.logical_or(y), (x, y) => x.logical_or_(y), (x, y) => x != 0 || y != 0 ? 1 : 0),
        ["logical_xor"] = ((x, y) => x.logical_xor(y), (x, y) => x.logical_xor_(y), (x, y) => x != 0 ^ y != 0 ? 1 : 0),
        ["and"] = ((x, y) => (x > 0) & (y > 0), null, (x, y) => x > 0 && y > 0 ? 1 : 0),
        ["or"] = ((x, y) => (x > 0) | (y > 0), null, (x, y) => x > 0 || y > 0 ? 1 : 0),
        ["xor"] = ((x, y) => (x > 0) ^ (y > 0), null, (x, y) => x > 0 ^ y > 0 ? 1 : 0),
        ["not"] = ((x, y) => ~(x > y), null, (x, y) => x > y ? 0 : 1),
        ["where"] = ((x, y) => where(x > y, x, y * 2), null, (x, y) => x > y ? x : y * 2),
        ["copy"] = ((x, y) => (x + y).copy_(y), (x, y) => x.copy_(y), (_, y) => y),
        ["xlogy"] = ((x, y) => x.xlogy(y.abs()), null, (x, y) => x == 0 ? 0 : x * Math.Log(Math.Abs(y))),
    };

    public static TheoryData<string> UnaryNames => [.. Unary.Keys];
    public static TheoryData<string> BinaryNames => [.. Binary.Keys];

    [Theory, MemberData(nameof(UnaryNames))]
    public void UnaryFunctionsEqualTheirDefinition(string name)
    {
        using var scope = NewDisposeScope();
        var (op, inPlace, truth) = Unary[name];
        var expected = Array.ConvertAll(Values, v => truth(v));
        Check.Equal(expected, op(tensor(Values)), 1e-9);
        if (inPlace is null) return;
        var x = tensor(Values);
        Assert.Same(x, inPlace(x));
        Check.Equal(expected, x, 1e-9);
    }

    [Theory, MemberData(nameof(BinaryNames))]
    public void BinaryFunctionsEqualTheirDefinitionAndBroadcast(string name)
    {
        using var scope = NewDisposeScope();
        var (op, inPlace, truth) = Binary[name];
        double[] other = [-1.25, 0.5, 2];
        var expected = Values.SelectMany(v => other.Select(o => truth(v, o))).ToArray();
        var x = tensor(Values).unsqueeze(1);
        Check.Equal([Values.Length, 3], expected, op(x, tensor(other)), 1e-9);
        if (inPlace is null) return;
        var full = x.expand(-1, 3).clone();
        Assert.Same(full, inPlace(full, tensor(other)));
        Check.Equal([Values.Length, 3], expected, full, 1e-9);
    }

    [Fact]
    public void NumbersDoNotWidenTensors()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(float32, (ones(2) * 2.0).dtype);
        Assert.Equal(float16, (ones(2, dtype: float16) + 1).dtype);
        Assert.Equal(int64, (arange(3) * 2).dtype);
        Assert.Equal(float32, (arange(3) * 2.5).dtype);
        Assert.Equal(float64, (ones(2) * ones(2, float64)).dtype);
        Assert.Equal(float64, promote_types(float32, float64));
        Assert.Equal(long.MaxValue, full(1, long.MaxValue, int64).item<long>()); // all 64 bits pass
    }

    [Fact]
    public void ComparisonsOfWholeTensorsGiveOneAnswer()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 1.0, 2, double.NaN });
        Assert.False(a.allclose(a));
        Assert.True(a.allclose(a + 1e-9, equal_nan: true));
        Check.Equal([1, 1, 0], a.isclose(a));
        Assert.True(ones(2).Equals(ones(2)));
        Assert.False(ones(2).Equals(zeros(2)));
        Check.Equal([1, 0, 1], arange(3).isin(tensor(new long[] { 0, 2 })));
    }

    [Fact]
    public void IntegersHaveBitOperations()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new long[] { 12, 7 });
        Check.Equal([8, 2], a & tensor(new long[] { 10, 2 }));
        Check.Equal([14, 7], a | tensor(new long[] { 10, 2 }));
        Check.Equal([6, 5], a ^ tensor(new long[] { 10, 2 }));
        Check.Equal([-13, -8], ~a);
        Check.Equal([24, 28], a.bitwise_left_shift(tensor(new long[] { 1, 2 })));
        Check.Equal([4, 2], a.div(3, RoundingMode.floor));
    }
}
