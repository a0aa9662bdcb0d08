using SvgDistill.Diffusion.Models;
using SvgDistill.Distill.Methods;
using Xunit;

namespace SvgDistill.Distill.Tests.Methods;

public class SettingsTests
{
    [Theory]
    [InlineData("sds", MethodKind.Sds, false, "sds")]
    [InlineData("ids", MethodKind.Dds, true, "ids")]
    [InlineData("fpr+dds", MethodKind.Dds, true, "ids")]
    [InlineData("IDS+PDS", MethodKind.Pds, true, "fpr+pds")]
    [InlineData("fpr+sds", MethodKind.Sds, true, "fpr+sds")]
    [InlineData("dreamcatalyst", MethodKind.DreamCatalyst, false, "dreamcatalyst")]
    public void Names_are_read_and_written(string text, MethodKind kind, bool layered, string canonical)
    {
        Assert.True(MethodName.TryParse(text, out var name));
        Assert.Equal(new MethodName(kind, layered), name);
        Assert.Equal(canonical, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("fpr+")]
    [InlineData("fpr+ids")]
    [InlineData("magic")]
    public void Other_names_are_refused_with_a_list(string text)
    {
        var error = Assert.Throws<DistillException>(() => MethodName.Parse(text));
        Assert.Contains("sds, dds, cds, pds, piva, dreamsampler, lusd, ssd, dreamcatalyst, bridge, csd, nfsd, drfs, ids", error.Message, StringComparison.Ordinal);
    }

    /// <summary>PDS takes odd timesteps from 3 on.</summary>
    [Theory]
    [InlineData(500, 500, false)]
    [InlineData(0, 2, false)]
    [InlineData(0, 3, true)]
    [InlineData(501, 501, true)]
    [InlineData(50, 51, true)]
    public void A_range_without_a_timestep_that_pds_takes_is_refused(int first, int last, bool isTaken)
    {
        var (name, settings) = (new MethodName(MethodKind.Pds), EditSettings.Defaults with { Timesteps = new TimestepRange(first, last) });
        if (isTaken) MethodCatalog.Create(name, settings).Method.Dispose();
        else Assert.Contains("odd timesteps", Assert.Throws<DistillException>(() => MethodCatalog.Create(name, settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_comes_first_then_the_methods_entry_then_the_top_level()
    {
        var model = new ModelDefaults
        {
            Guidance = 5,
            Steps = 120,
            PointRate = .001,
            Timesteps = (100, 900),
            Methods = new Dictionary<string, ModelDefaults>
            {
                ["pds"] = new() { Guidance = 30, PointRate = .002 },
                ["ids+pds"] = new() { Guidance = 20 },
            },
        };
        EditSettings Of(string method, EditSettings? cli = null) => EditSettings.Resolve(MethodName.Parse(method), cli ?? new(), model);

        Assert.Equal((5, .001), (Of("sds").Guidance, Of("sds").PointRate));
        Assert.Equal((30, .002), (Of("pds").Guidance, Of("pds").PointRate));
        Assert.Equal((20, .002), (Of("fpr+pds").Guidance, Of("fpr+pds").PointRate));
        Assert.Equal((9, 120), (Of("pds", new() { Guidance = 9 }).Guidance, Of("pds").Steps));
        Assert.Equal(new TimestepRange(100, 899), Of("sds").Timesteps);
        Assert.Equal(.02, Of("sds").ColorRate);
    }

    [Fact]
    public void Without_settings_a_method_keeps_the_papers_numbers()
    {
        Assert.Equal(100, Options<PdsOptions>("pds").Guidance);
        Assert.Equal(new TimestepRange(50, 948), Options<DdsOptions>("dds").Timesteps);
        Assert.Equal((3, 1, 7.5), (Options<FprOptions>("ids").Steps, Options<FprOptions>("ids").Lambda, Options<FprOptions>("ids").Guidance));

        static T Options<T>(string name)
        {
            var (method, options) = MethodCatalog.Create(MethodName.Parse(name), new EditSettings());
            method.Dispose();
            return options.OfType<T>().Single();
        }
    }
}
