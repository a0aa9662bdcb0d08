using BenchmarkDotNet.Running;
using SvgDistill.Bench;

return args switch
{
    ["raster", .. var rest] => RasterBench.Run(rest),
    ["figures"] => Figures.Run(),
    ["micro", .. var rest] => Micro(rest),
    _ => throw new ArgumentException("bench/run raster, bench/run micro or bench/run figures"),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(StageBenchmarks).Assembly).Run(args);
    return 0;
}
