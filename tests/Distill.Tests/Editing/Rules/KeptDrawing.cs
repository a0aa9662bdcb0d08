using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Editing.Rules;
using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;
using SvgDistill.Rasterizer.Svg;
using SvgDistill.Tests;

namespace SvgDistill.Distill.Tests.Editing.Rules;

/// <summary>A drawing that is edited by random gradients, with Adam as today's loop has it, and what it keeps.</summary>
internal sealed class KeptDrawing
{
    private const int Steps = 30;

    internal KeptDrawing(string content, DrawingRelationOptions? options = null, SceneOptions? scene = null, string viewBox = "0 0 100 100", string attributes = "")
    {
        Text = $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{viewBox}\" {attributes}>{content}</svg>";
        Svg = Read(Encoding.UTF8.GetBytes(Text), scene);
        Relations = new DrawingRelations(Svg.Scene, options ?? new());
        Theta = Svg.Scene.InitialValues();
    }

    internal string Text { get; }
    internal SvgScene Svg { get; }
    internal DrawingRelations Relations { get; }
    internal double[] Theta { get; }

    /// <summary>Checks a property of the file after random edits.</summary>
    internal void Always(Action<Scene, double[]> holds, int tests = 12, double rate = .02) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Edit(seed, rate);
        var written = Written();
        holds(written.Scene, written.Scene.InitialValues());
    }).Check(RandomCases.Of(tests));

    /// <summary>Steps along random gradients from the source on: a drift of each number and noise.</summary>
    internal void Edit(int seed, double rate = .02)
    {
        var (random, parameters) = (new Random(seed), Svg.Scene.Parameters);
        Svg.Scene.InitialValues().CopyTo(Theta.AsSpan());
        var (adam, gradient) = (new Adam(Theta.Length), new double[Theta.Length]);
        var drift = gradient.Select(_ => random.NextDouble() - .5).ToArray();
        for (var step = 0; step < Steps; step++)
        {
            for (var i = 0; i < gradient.Length; i++) gradient[i] = parameters[i].IsLeaf ? drift[i] + random.NextDouble() - .5 : 0;
            Relations.Project(Theta, gradient);
            adam.Direction(gradient);
            for (var i = 0; i < gradient.Length; i++)
                if (parameters[i].IsLeaf) Theta[i] -= rate * parameters[i].Unit * gradient[i];
            Relations.Restore(Theta);
            for (var i = 0; i < gradient.Length; i++) Theta[i] = Math.Clamp(Theta[i], parameters[i].Minimum, parameters[i].Maximum);
        }
    }

    /// <summary>The file as it is written, read again.</summary>
    internal SvgScene Written()
    {
        var settled = (double[])Theta.Clone();
        Relations.Settle(settled);
        return Read(SvgWriter.Write(Svg, settled), null);
    }

    /// <summary>The shapes of a scene in drawing order.</summary>
    internal static List<ShapeNode> Shapes(SceneNode node) => node switch
    {
        ShapeNode shape => [shape],
        GroupNode group => [.. group.Children.SelectMany(Shapes)],
        _ => [],
    };

    /// <summary>The points of a shape's path in its own space.</summary>
    internal static List<Point> Points(Scene scene, int shape, double[] theta) =>
        [.. ((PathGeometry)Shapes(scene.Root)[shape].Geometry).Points.Select(p => p.Value(theta))];

    private static SvgScene Read(byte[] bytes, SceneOptions? options) => SvgSceneReader.Read(SvgDocument.Parse(bytes, "drawing"), options ?? SceneOptions.Default);
}
