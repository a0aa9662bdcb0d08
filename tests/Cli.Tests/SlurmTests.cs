using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using SvgDistill.Tests;
using Xunit;

namespace SvgDistill.Cli.Tests;

/// <summary>The commands of docs/cluster.md, run by a Slurm of one machine: a controller, a node and munge that the test starts for itself.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SlurmTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact, Trait("Category", "Slow")]
    public void TheArrayOfTheDocumentMakesTheBytesOfOneRunThoughAPartIsStartedAgain()
    {
        Assert.SkipUnless(SlurmOfOne.IsInstalled, "slurmctld, slurmd, munged or sbatch is not installed (Debian: apt-get install slurm-wlm)");
        _folder.Example("apple.svg");
        _folder.Write("jobs.csv", "input,trg,seed,steps,method,model,no_losses\n"
            + string.Concat(Enumerable.Range(0, 8).Select(i => $"apple.svg,\"a pear, number {i}\",{i},{(i == 1 ? 60 : 1)},sds,{TestPaths.TinyModel},true\n")));
        Assert.Equal(0, CliRun.InProcess("batch", _folder["jobs.csv"], "-o", _folder["whole"]).Code);

        // The document's own script and commands, with this folder for /shared and 4 parts for 16.
        var document = File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "cluster.md")).Replace("/shared/", _folder.Path + "/", StringComparison.Ordinal);
        var blocks = Regex.Matches(document, "```bash\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value).Where(b => b.Contains("SBATCH", StringComparison.Ordinal) || b.Contains("sbatch", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, blocks.Length);
        Assert.Contains("--array=1-16", blocks[0], StringComparison.Ordinal);
        _folder.Write("batch.sh", blocks[0].Replace("--array=1-16", "--array=1-4", StringComparison.Ordinal));
        _folder.Write("svgdistill", $"#!/bin/sh\nexec dotnet '{CliRun.Program}' \"$@\"\n");
        File.SetUnixFileMode(_folder["svgdistill"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using (var slurm = new SlurmOfOne(_folder.Path))
        {
            var said = slurm.Run("bash", "-ec", $"export PATH={_folder.Path}:$PATH\n{blocks[1]}\necho $array");
            var array = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            // The second part's node goes away, so to speak, while it is at its first job.
            slurm.Until(() => File.Exists(_folder["slurm-" + array + "_2.out"]) && Regex.IsMatch(File.ReadAllText(_folder[$"slurm-{array}_2.out"]), "step ([2-9]|[1-5][0-9])/60"));
            slurm.Run("scontrol", "requeue", $"{array}_2");
            slurm.Until(() => slurm.Run("squeue", "-h", "-o", "%i").Trim().Length == 0);
        }
        Assert.True(File.Exists(_folder["out/index.html"]), string.Join('\n', Directory.GetFiles(_folder.Path, "slurm-*.out").Select(File.ReadAllText)));
        Assert.Equal(BatchTests.Contents(_folder["whole"]), BatchTests.Contents(_folder["out"]));
    }

    /// <summary>Slurm on this machine, as the user that runs the test, with files in a folder of its own.</summary>
    private sealed class SlurmOfOne : IDisposable
    {
        private static readonly string[] _programs = ["munged", "slurmctld", "slurmd"];

        private readonly string _home;
        private readonly List<Process> _daemons = [];

        public static bool IsInstalled => _programs.Append("sbatch").All(p => Find(p) is not null);

        public SlurmOfOne(string work)
        {
            _home = Path.Combine(work, "slurm-of-one");
            foreach (var name in new[] { "munge", "state", "spool" }) Directory.CreateDirectory(Path.Combine(_home, name));
            var key = Path.Combine(_home, "munge", "key");
            File.WriteAllBytes(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(128));
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
            File.WriteAllText(Path.Combine(_home, "slurm.conf"), $"""
                ClusterName=one
                SlurmctldHost={Environment.MachineName}(127.0.0.1)
                SlurmUser={Environment.UserName}
                SlurmdUser={Environment.UserName}
                AuthType=auth/munge
                AuthInfo=socket={_home}/munge/socket
                SlurmctldPort={FreePort()}
                SlurmdPort={FreePort()}
                SlurmctldPidFile={_home}/slurmctld.pid
                SlurmdPidFile={_home}/slurmd.pid
                StateSaveLocation={_home}/state
                SlurmdSpoolDir={_home}/spool
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                SelectType=select/cons_tres
                SelectTypeParameters=CR_CPU_Memory
                ReturnToService=2
                MpiDefault=none
                NodeName={Environment.MachineName} NodeAddr=127.0.0.1 CPUs={Environment.ProcessorCount} RealMemory=4096 State=UNKNOWN
                PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

                """);
            string At(string name) => Path.Combine(_home, "munge", name);
            Daemon("munged", "--foreground", "--force", $"--socket={At("socket")}", $"--key-file={key}", $"--pid-file={At("pid")}", $"--seed-file={At("seed")}", $"--log-file={At("log")}");
            Until(() => File.Exists(At("socket")));
            Daemon("slurmctld", "-D");
            Daemon("slurmd", "-D");
            Until(() => Run("sinfo", "-h", "-o", "%T").Contains("idle", StringComparison.Ordinal));
        }

        /// <summary>Waits for what Slurm brings about; ten minutes at most: what is started again waits for two.</summary>
        public void Until(Func<bool> condition)
        {
            for (var tenths = 0; !condition(); tenths++)
            {
                Assert.True(tenths < 6000, "Slurm: nothing comes forward");
                Assert.All(_daemons, d => Assert.False(d.HasExited, $"{d.StartInfo.FileName} ended"));
                Thread.Sleep(100);
            }
        }

        /// <summary>What a command says.</summary>
        public string Run(string program, params string[] words)
        {
            using var process = Start(program, words, output: true);
            var error = process.StandardError.ReadToEndAsync();
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            // While the controller starts, sinfo has nobody to ask.
            Assert.True(process.ExitCode == 0 || program == "sinfo", $"{program}: {error.Result}");
            return said;
        }

        public void Dispose()
        {
            foreach (var daemon in Enumerable.Reverse(_daemons))
            {
                daemon.Kill(entireProcessTree: true);
                daemon.WaitForExit();
                daemon.Dispose();
            }
        }

        private void Daemon(string program, params string[] words) => _daemons.Add(Start(program, words, output: false));

        private Process Start(string program, string[] words, bool output)
        {
            // What daemons say goes to their logs: nobody reads their pipes.
            var start = output ? new ProcessStartInfo(Find(program) ?? program, words) { RedirectStandardOutput = true, RedirectStandardError = true }
                : new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$0\" \"$@\" >>'{_home}/{program}.log' 2>&1", Find(program)!, .. words]);
            start.WorkingDirectory = Path.GetDirectoryName(_home)!;
            start.Environment["SLURM_CONF"] = Path.Combine(_home, "slurm.conf");
            return Process.Start(start)!;
        }

        // Debian has daemons in /usr/sbin, which is not on everyone's path.
        private static string? Find(string program) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

        private static int FreePort()
        {
            using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
