using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>The manifest of docs/cluster.md, read strictly as the Kubernetes API's own Job, and what an API server asks of its values.</summary>
public sealed class KubernetesTests
{
    private static string Manifest { get; } = Regex.Match(File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "cluster.md")), "```yaml\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    private static V1Job Read(string yaml) => KubernetesYaml.Deserialize<V1Job>(yaml, strict: true);

    [Fact]
    public void TheManifestIsAnIndexedJobOfAllShards()
    {
        var job = Read(Manifest);
        var (spec, pod) = (job.Spec, job.Spec.Template.Spec);
        Assert.Equal(("batch/v1", "Job", "Indexed"), (job.ApiVersion, job.Kind, spec.CompletionMode));
        // A DNS label of which pods' names, with index and random end, are made.
        Assert.Matches("^[a-z]([-a-z0-9]*[a-z0-9])?$", job.Metadata.Name);
        Assert.InRange(spec.Parallelism!.Value, 1, spec.Completions!.Value);
        // Of an index's failures: only with backoffLimitPerIndex, and at most so many as there are indexes.
        Assert.True(spec.BackoffLimitPerIndex > 0);
        Assert.InRange(spec.MaxFailedIndexes!.Value, 1, spec.Completions.Value);
        // A policy of pods' failures asks for pods that do not start again by themselves.
        Assert.Equal("Never", pod.RestartPolicy);
        foreach (var rule in spec.PodFailurePolicy.Rules)
        {
            Assert.Contains(rule.Action, new[] { "Ignore", "FailIndex", "FailJob", "Count" });
            Assert.True(rule.OnExitCodes is null != rule.OnPodConditions is null, "a rule is of exit codes or of conditions");
        }
        var codes = spec.PodFailurePolicy.Rules.Single(r => r.OnExitCodes is not null).OnExitCodes;
        var container = Assert.Single(pod.Containers);
        Assert.Equal(("In", container.Name), (codes.OperatorProperty, codes.ContainerName));
        Assert.Equal([ExitCode.Usage, ExitCode.Input, ExitCode.Model], codes.Values); // ascending, as the API wants them

        // Shards as many as indexes; what is mounted is a volume.
        var command = Assert.Single(container.Args);
        Assert.Contains($"/{spec.Completions}", command, StringComparison.Ordinal);
        Assert.Contains("--shard \"$((JOB_COMPLETION_INDEX + 1))/", command, StringComparison.Ordinal);
        Assert.Equal(pod.Volumes.Select(v => v.Name), container.VolumeMounts.Select(m => m.Name));
        Assert.True(container.Resources.Requests["memory"].ToDecimal() <= container.Resources.Limits["memory"].ToDecimal());
    }

    [Theory]
    [InlineData("backoffLimitPerIndex", "backOffLimitPerIndex")]
    [InlineData("onPodConditions", "onPodCondition")]
    [InlineData("claimName", "claim")]
    [InlineData("completions: 16", "completions: many")]
    public void AFieldThatTheApiDoesNotHaveIsSeen(string right, string wrong)
    {
        Assert.Contains(right, Manifest, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Read(Manifest.Replace(right, wrong, StringComparison.Ordinal)));
    }
}
