using SvgDistill.Diffusion.Layers;
using SvgDistill.Distill.Pictures;
using SvgDistill.Distill.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SvgDistill.Distill.Tests.Pictures;

[Collection(nameof(TinyModel))]
public sealed class PictureSamplerTests
{
    [Fact]
    public void SdEdit_keeps_the_source_at_strength_0_and_forgets_it_at_1()
    {
        const double Deviation = .5;
        using var scope = NewDisposeScope();
        var schedule = GaussianDenoiser.Schedule;
        var request = Request() with
        {
            SourceLatents = GaussianDenoiser.Latents(new double[16]),
            Prompts = GaussianDenoiser.Prompts("an owl", "a monkey"),
            Denoiser = new(new GaussianDenoiser(schedule, Deviation), schedule),
            Steps = 50,
            Guidance = 1,
        };
        var shifted = request with { SourceLatents = request.SourceLatents + 1 };

        Assert.Equal(0, Difference(new SdEdit(0).Edit(request), request.SourceLatents));
        foreach (var strength in new[] { .3, .7, 1 })
        {
            // Along the flow a shift shrinks with the distribution's width: from sqrt(abar) at t to what the width leaves of it.
            var abar = schedule.AlphaBar(request.Timesteps[50 - (int)(50 * strength)]);
            var expected = Math.Sqrt(abar) * Deviation / Math.Sqrt(abar * Deviation * Deviation + 1 - abar);
            var arrived = Difference(new SdEdit(strength).Edit(request), new SdEdit(strength).Edit(shifted));
            Assert.Equal(expected, arrived, .1 * expected);
        }
    }

    [Fact]
    public void Without_injection_both_are_sampling_from_the_inverted_source()
    {
        using var scope = NewDisposeScope();
        var request = Request();

        var plain = new DdimSwap().Edit(request);

        Assert.True(Difference(new PromptToPrompt(0, 0).Edit(request), plain) < 1e-4);
        // Plug-and-Play inverts under the null text: the same with a source prompt that is empty.
        var fromNull = new DdimSwap().Edit(request with { Prompts = TinyModel.Prompts(source: "") });
        Assert.True(Difference(new PlugAndPlay(0, 0).Edit(request), fromNull) < 1e-4);
    }

    [Fact]
    public void Prompt_to_prompt_replaces_cross_maps_first_and_coarse_self_maps_for_a_shorter_time()
    {
        using var scope = NewDisposeScope();
        var sampler = new PromptToPrompt(crossSteps: .8, selfSteps: .4);
        var (cross, self) = (new AttentionSite("up_blocks.1.attentions.0.attn2", true, 2), new AttentionSite("up_blocks.1.attentions.0.attn1", false, 2));
        var (small, large) = (Rows(3, 2, 256, 77), Rows(3, 2, 400, 400));

        Assert.Equal([0, 1, 0], RowsOf(sampler.HookAt(.5).Probabilities(cross, small)));
        Assert.False(sampler.HookAt(.9).WantsProbabilities(cross));
        Assert.Equal([0, 0, 0], RowsOf(sampler.HookAt(.3).Probabilities(self, small)));
        Assert.Equal([0, 1, 2], RowsOf(sampler.HookAt(.3).Probabilities(self, large)));
        Assert.False(sampler.HookAt(.5).WantsProbabilities(self));
    }

    [Fact]
    public void Plug_and_play_replaces_one_residual_and_the_decoders_queries_and_keys()
    {
        using var scope = NewDisposeScope();
        var sampler = new PlugAndPlay(featureSteps: .8, attentionSteps: .5);
        var tokens = Rows(3, 5, 8);
        IEnumerable<double>[] Projected(double progress, string name)
        {
            var (query, key, value) = sampler.HookAt(progress).Projected(new AttentionSite(name, false, 2), tokens, tokens, tokens);
            return [RowsOf(query), RowsOf(key), RowsOf(value)];
        }

        Assert.Equal([0, 0, 0], RowsOf(sampler.HookAt(.7).Residual("up_blocks.1.resnets.1", Rows(3, 4, 2, 2))));
        Assert.Equal([0, 1, 2], RowsOf(sampler.HookAt(.85).Residual("up_blocks.1.resnets.1", Rows(3, 4, 2, 2))));
        Assert.Equal([0, 1, 2], RowsOf(sampler.HookAt(.7).Residual("up_blocks.2.resnets.1", Rows(3, 4, 2, 2))));
        Assert.Equal([[0, 0, 0], [0, 0, 0], [0, 1, 2]], Projected(.4, "up_blocks.2.attentions.0.transformer_blocks.0.attn1"));
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 1, 2]], Projected(.6, "up_blocks.2.attentions.0.transformer_blocks.0.attn1"));
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 1, 2]], Projected(.4, "down_blocks.1.attentions.0.transformer_blocks.0.attn1"));
    }

    [Fact]
    public void Injection_changes_the_edit()
    {
        using var scope = NewDisposeScope();
        var request = Request();

        Assert.True(Difference(new PromptToPrompt(1, 1).Edit(request), new PromptToPrompt(0, 0).Edit(request)) > 1e-3);
        Assert.True(Difference(new PlugAndPlay(1, 1).Edit(request), new PlugAndPlay(0, 0).Edit(request)) > 1e-3);
    }

    [Fact]
    public void Ctrl_C_ends_between_two_calls()
    {
        using var scope = NewDisposeScope();
        using var source = new CancellationTokenSource();
        var request = Request() with { Cancellation = source.Token, OnCall = (done, _) => { if (done == 2) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => new DdimSwap().Edit(request));
    }

    // A batch whose rows are filled with their own number.
    private static Tensor Rows(params long[] shape) =>
        arange(shape[0], dtype: ScalarType.Float32).reshape([shape[0], .. shape.Skip(1).Select(_ => 1L)]).expand(shape);

    private static double[] RowsOf(Tensor batch) =>
        batch.flatten(1).mean([1]).to(ScalarType.Float64).data<double>().ToArray();

    private static PictureEditRequest Request()
    {
        using var fixture = TinyModel.Fixture("trajectory.fixtures.safetensors");
        return new()
        {
            SourceLatents = fixture.Load("z_src"),
            Prompts = TinyModel.Prompts(),
            Denoiser = TinyModel.Denoiser(),
            Steps = 4,
            Guidance = 3,
        };
    }

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().mean().to(ScalarType.Float64).item<double>();
}
