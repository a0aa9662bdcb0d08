using SvgDistill.Distill.Editing.Control;
using Xunit;

namespace SvgDistill.Distill.Tests.Editing.Control;

public class StrengthPathTests
{
    [Fact]
    public void Its_ends_are_exact_and_every_number_goes_straight()
    {
        var path = new StrengthPath([.1, 2, -3], [.3, 2, 1e-9]);
        Assert.Equal(path.Source, path.At(0));
        Assert.Equal(path.Result, path.At(1));
        Assert.Equal(2, path.At(.3)[1]);
        Assert.Equal(.16, path.At(.3)[0], 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => path.At(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => path.At(1.01));
    }
}
