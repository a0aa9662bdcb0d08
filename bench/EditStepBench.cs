using System.Diagnostics;
using System.Globalization;
using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Editing;
using SvgDistill.Distill.Methods;
using SvgDistill.Editor.Engine;
using SvgDistill.Rasterizer.Svg;
using static TorchSharp.torch;

namespace SvgDistill.Bench;

/// <summary>
/// Steps of an edit as <c>svgdistill edit</c> takes them (render, encode, the method's g, back through encoder and rasterizer,
/// Adam) on a model of Stable Diffusion 1.5's size with random weights.
/// </summary>
internal static class EditStepBench
{
    private const string Header = "method           forwarded  differentiated  seconds a step  CPU s a step  peak GB";

    /// <summary>Every method after the other, each in a process of its own: a peak counts for a whole process.</summary>
    public static int RunEach(IEnumerable<string> methods, string[] options)
    {
        Console.WriteLine(Header);
        foreach (var method in methods)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
            string[] arguments = [typeof(EditStepBench).Assembly.Location, "denoiser", "--method", method, "--no-header", .. options];
            foreach (var argument in arguments) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0) return process.ExitCode;
        }
        return 0;
    }

    /// <summary>Some steps of one method; prints a line of the table.</summary>
    public static int Run(string methodName, ScalarType precision, int steps, bool header)
    {
        if (header) Console.WriteLine(Header);
        var name = MethodName.Parse(methodName);
        var svg = SvgSceneReader.Read(SvgDocument.Load(Path.Combine(Inputs.Folder, "..", "..", "examples", "owl.svg")));
        TensorEngine.Start();
        TensorEngine.GiveBackFreedMemory();
        using var model = DiffusionModel.Random(ModelArchitecture.StableDiffusion15, new ModelOptions { Precision = precision });
        using var prompts = Prompts.For(model, "an owl", "a monkey");
        using var denoiser = new Denoiser(model.Denoiser, model.Schedule);
        using var target = new SvgTarget(svg.Scene, new SceneOverBackground(svg.Scene, model.ImageSize, 0, (1, 1, 1)), model.Encoder, new SvgTargetOptions());
        var (method, _) = MethodCatalog.Create(name, EditSettings.Defaults);
        using (method)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var result = new EditLoop(target, method, denoiser, prompts, new EditLoopOptions { Steps = steps }).Run();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-15} {(double)result.SamplesForwarded / steps,10:0.#} {(double)result.SamplesDifferentiated / steps,15:0.#} " +
                $"{result.Elapsed.TotalSeconds / steps,15:0.0} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds / steps,13:0.0} {ProcessMemory.Peak / 1e9,8:0.00}"));
        }
        return 0;
    }
}
