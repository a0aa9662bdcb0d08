using BenchmarkDotNet.Running;
using SvgDistill.Bench;

return args switch
{
    ["raster", .. var rest] => RasterBench.Run(rest),
    ["moving", .. var rest] => MovingBench.Run(rest),
    ["figures"] => Figures.Run(),
    ["denoiser", .. var rest] => DenoiserBench.Run(rest),
    ["micro", .. var rest] => Micro(rest),
    _ => throw new ArgumentException("bench/run raster, bench/run denoiser, bench/run micro or bench/run figures"),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(StageBenchmarks).Assembly).Run(args);
    return 0;
}
