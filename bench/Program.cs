using BenchmarkDotNet.Running;
using SvgDistill.Bench;

return args switch
{
    ["raster", .. var rest] => RasterBench.Run(rest),
    ["edit", .. var rest] => EditBench.Run(rest),
    ["spin"] => EditBench.Spin(),
    ["moving", .. var rest] => MovingBench.Run(rest),
    ["figures"] => Figures.Run(),
    ["denoiser", .. var rest] => DenoiserBench.Run(rest),
    ["training", .. var rest] => TrainingBench.Run(rest),
    ["micro", .. var rest] => Micro(rest),
    _ => throw new ArgumentException("bench/run says what there is"),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(StageBenchmarks).Assembly).Run(args);
    return 0;
}
