using BenchmarkDotNet.Running;
using SvgDistill.Bench;

return args switch
{
    ["raster", .. var rest] => RasterBench.Run(rest),
    ["micro", .. var rest] => Micro(rest),
    _ => throw new ArgumentException("bench/run raster or bench/run micro"),
};

static int Micro(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(StageBenchmarks).Assembly).Run(args);
    return 0;
}
