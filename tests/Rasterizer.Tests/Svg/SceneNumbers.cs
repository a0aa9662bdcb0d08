using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Tests.Svg;

/// <summary>
/// Everything that a scene draws with, as a text of its structure and a list of its numbers, so that two can be
/// compared.
/// </summary>
internal sealed class SceneNumbers
{
    private readonly StringBuilder _structure = new();
    private readonly List<double> _numbers = [];
    private readonly double[] _theta;

    private SceneNumbers(double[] theta) => _theta = theta;

    public static (string Structure, List<double> Numbers) Of(Scene scene, double[] theta)
    {
        var walk = new SceneNumbers(theta);
        walk.Add(scene.Root);
        return (walk._structure.ToString(), walk._numbers);
    }

    private void Add(object? value)
    {
        switch (value)
        {
            case null:
                _structure.Append('-');
                break;
            case Scalar s:
                _numbers.Add(s.Value(_theta));
                break;
            case double d:
                _numbers.Add(d);
                break;
            case SourceElement e:
                _structure.Append(CultureInfo.InvariantCulture, $"<{e.TagName} {e.Order}>");
                break;
            case string or bool or int or Enum:
                _structure.Append(CultureInfo.InvariantCulture, $"{value} ");
                break;
            case ReadOnlyMemory<byte>:
                break;
            case IEnumerable list:
                _structure.Append('[');
                foreach (var item in list) Add(item);
                _structure.Append(']');
                break;
            default:
                _structure.Append(value.GetType().Name).Append('{');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                    // Smooth nodes are advice to the optimiser, and those just at the limit may come or go.
                    if (property.GetIndexParameters().Length == 0
                        && property.Name is not (nameof(PathGeometry.SmoothNodes) or "IsConstant" or "EqualityContract" or "Determinant" or "MeanScale" or "IsSingular"))
                        Add(property.GetValue(value));
                _structure.Append('}');
                break;
        }
    }
}
