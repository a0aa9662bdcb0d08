namespace SvgDistill.Distill.Metrics;

/// <summary>Feature vectors of pictures, compared by their direction.</summary>
public static class FeatureVectors
{
    /// <summary>The vector at unit length; a vector of zeros stays what it is.</summary>
    public static double[] Unit(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(v => v * v));
        return length > 0 ? [.. vector.Select(v => v / length)] : vector;
    }

    /// <summary>The cosine of the angle between two vectors of unit length.</summary>
    public static double Cosine(double[] a, double[] b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"Vectors of {a.Length} and {b.Length} numbers have no angle.");
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return Math.Clamp(sum, -1, 1);
    }
}
