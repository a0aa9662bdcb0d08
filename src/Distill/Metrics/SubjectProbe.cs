namespace SvgDistill.Distill.Metrics;

/// <summary>
/// Which subject a picture shows, by its features alone: each subject is the mean direction of the features of pictures that are known to show it (its
/// centroid), and a picture shows the subject whose centroid is nearest by the cosine.
/// </summary>
public sealed class SubjectProbe
{
    private readonly Dictionary<string, double[]> _centroids = new(StringComparer.Ordinal);

    /// <summary>From known pictures' features, of unit length.</summary>
    public SubjectProbe(IEnumerable<(string Subject, double[] Features)> known)
    {
        foreach (var subject in known.GroupBy(k => Key(k.Subject)))
        {
            var all = subject.Select(s => s.Features).ToArray();
            _centroids[subject.Key] = FeatureVectors.Unit([.. Enumerable.Range(0, all[0].Length).Select(i => all.Sum(f => f[i]))]);
        }
    }

    /// <summary>How many subjects it knows.</summary>
    public int Count => _centroids.Count;

    /// <summary>Whether pictures of a subject were among the known ones.</summary>
    public bool Knows(string subject) => _centroids.ContainsKey(Key(subject));

    /// <summary>A subject's place among all, by nearness to a picture: 1 is the nearest. Of equally near ones all have the better place.</summary>
    /// <exception cref="ArgumentException">The subject is not known.</exception>
    public int Rank(double[] features, string subject)
    {
        if (!_centroids.TryGetValue(Key(subject), out var own)) throw new ArgumentException($"No picture of '{subject}' is known.");
        var nearness = FeatureVectors.Cosine(features, own);
        return 1 + _centroids.Values.Count(other => FeatureVectors.Cosine(features, other) > nearness);
    }

    /// <summary>The cosine to a subject's centroid.</summary>
    public double Nearness(double[] features, string subject) => FeatureVectors.Cosine(features, _centroids[Key(subject)]);

    /// <summary>A subject's name without its article, its case and doubled spaces: "An Owl" and "owl" are one subject.</summary>
    public static string Key(string subject)
    {
        var words = subject.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(' ', words.Length > 1 && words[0] is "a" or "an" or "the" ? words.Skip(1) : words);
    }
}
