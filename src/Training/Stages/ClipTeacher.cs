using SvgDistill.Diffusion;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Training.Data;
using SvgDistill.Training.Optimizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Stages;

/// <summary>
/// Where pictures and names should lie: another network's features of the icons (feature distillation: Romero 2015, FitNets, arXiv:1412.6550), turned and
/// scaled so that icons of one subject lie together and subjects apart: Fisher's linear discriminant (spread within subjects is made even, then the
/// directions kept in which their means differ most), its covariance shrunk toward a multiple of the identity (Friedman 1989, eq. 18). A picture's
/// place is its icon's, however it is turned; a name's is the mean of its icons'.
/// </summary>
internal sealed class ClipTeacher : IDisposable
{
    // Of the spread within subjects, how much is taken to be the same in all directions: few icons an axis say little of it.
    private const double Shrunk = .3;

    private ClipTeacher(Tensor icons, Tensor subjects) => (Icons, Subjects) = (icons, subjects);

    /// <summary>Unit vectors [icons,D].</summary>
    public Tensor Icons { get; }

    /// <summary>Unit vectors [subjects,D], in the order in which the subjects were given.</summary>
    public Tensor Subjects { get; }

    public void Dispose()
    {
        Icons.Dispose();
        Subjects.Dispose();
    }

    /// <summary>Looks at every icon once; what it saw is kept in the run's folder.</summary>
    /// <param name="context">The run.</param>
    /// <param name="features">The network.</param>
    /// <param name="subjects">Learnt icons, by subject.</param>
    /// <param name="size">D.</param>
    public static ClipTeacher Of(StageContext context, PictureFeatures features, IReadOnlyList<int[]> subjects, int size)
    {
        var files = context.Files("clip.features", features.Hash);
        if (!StageResult.Exists(files)) Look(context, features, files);
        using var file = new SafetensorsFile(files.Result);
        using var seen = file.Load("features");
        ClipTeacher? teacher = null;
        TwoHands.One(() =>
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var (icons, means) = Placed(seen.to(ScalarType.Float64), subjects, size);
            teacher = new ClipTeacher(OnDevice(icons), OnDevice(means));
        });
        return teacher!;

        Tensor OnDevice(Tensor x) => x.to(ScalarType.Float32).to(context.Device).DetachFromDisposeScope();
    }

    /// <summary>Places icons and subjects by features.</summary>
    /// <param name="features">[icons,F] float64, those of <paramref name="subjects"/> decide where all come to lie.</param>
    /// <param name="subjects">Rows, by subject.</param>
    /// <param name="size">Numbers of a place; more than the features or the subjects allow are 0.</param>
    /// <returns>Unit vectors [icons,size] and [subjects,size].</returns>
    internal static (Tensor Icons, Tensor Subjects) Placed(Tensor features, IReadOnlyList<int[]> subjects, int size)
    {
        var (rows, owners) = (Numbers(subjects.SelectMany(s => s)), Numbers(subjects.SelectMany((s, at) => s.Select(_ => at))));
        var counts = tensor(subjects.Select(s => (double)s.Length).ToArray()).unsqueeze(1);
        var learnt = features.index_select(0, rows);
        Tensor Means(Tensor of) => of.new_zeros(subjects.Count, of.shape[1]).index_add(0, owners, of, 1) / counts;
        var means = Means(learnt);
        var middle = means.mean([0L]);
        var spread = learnt - means.index_select(0, owners);
        var within = spread.t().matmul(spread) / Math.Max(1, rows.shape[0] - subjects.Count);
        var between = means - middle;
        var even = between.square().mean();
        within = within * (1 - Shrunk) + eye(features.shape[1], dtype: ScalarType.Float64) * (Shrunk * (within.diagonal().mean() + 1e-3 * even));
        var (values, vectors) = linalg.eigh(within);
        var whitened = vectors.matmul(values.rsqrt().diag()).matmul(vectors.t());
        between = between.matmul(whitened);
        var (_, directions) = linalg.eigh(between.t().matmul(between));
        var kept = (int)Math.Min(size, Math.Min(features.shape[1], subjects.Count - 1));
        var projection = whitened.matmul(directions.narrow(1, features.shape[1] - kept, kept));
        Tensor Place(Tensor x) => nn.functional.normalize(nn.functional.pad((x - middle).matmul(projection), [0, size - kept]));
        var icons = Place(features);
        return (icons, nn.functional.normalize(Means(icons.index_select(0, rows))));
    }

    private static Tensor Numbers(IEnumerable<int> values) => tensor(values.Select(v => (long)v).ToArray());

    private static void Look(StageContext context, PictureFeatures features, StageFiles files)
    {
        var seen = new double[context.Icons.Count][];
        var done = 0;
        SideBySide.For(seen.Length, i =>
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            seen[i] = features.Of(context.Pictures.Load([(i, 0)]));
            context.Items("features", Interlocked.Increment(ref done), seen.Length);
        }, context.Cancellation);
        using var all = tensor(seen.SelectMany(f => f.Select(x => (float)x)).ToArray(), [seen.Length, seen[0].Length]);
        StageResult.Write(files, [("features", all)]);
    }
}
