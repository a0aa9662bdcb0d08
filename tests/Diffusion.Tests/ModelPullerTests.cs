using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using SvgDistill.Diffusion.Models;
using SvgDistill.Tests;

namespace SvgDistill.Diffusion.Tests;

public sealed class ModelPullerTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly string _cache = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    /// <summary>A repository on this machine: the listing, and files with ranges, by redirect for the weights as the real one does.</summary>
    private sealed class Repository : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Dictionary<string, byte[]> _files;

        public Repository()
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            }
            var root = TestPaths.Fixture("tiny-sd15");
            _files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .ToDictionary(f => Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllBytes);
            _files["safety_checker/model.safetensors"] = new byte[100];
            _files["words.txt"] = "puppy\tdog face\n"u8.ToArray();
            _files["tokenizer/added_tokens.json"] = """{ "<cat-toy>": 7 }"""u8.ToArray();
            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public string Address { get; }

        public List<string> Requests { get; } = [];

        /// <summary>Cuts every answer of weights short after this many bytes.</summary>
        public int? CutAfter { get; set; }

        public bool Spoil { get; set; }

        public string? RedirectTo { get; set; }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var path = context.Request.Url!.AbsolutePath;
                lock (Requests) Requests.Add($"{path} {context.Request.Headers["Range"]}".Trim());
                try
                {
                    Answer(context, path);
                }
                catch (Exception e) when (e is HttpListenerException or InvalidOperationException or IOException)
                {
                    context.Response.Abort();
                }
            }
        }

        private void Answer(HttpListenerContext context, string path)
        {
            var response = context.Response;
            const string Resolve = $"/org/tiny/resolve/{Commit}/", Moved = "/elsewhere/";
            if (path == "/api/models/org/tiny/revision/main")
            {
                var siblings = _files.Select(f => new Dictionary<string, object>
                {
                    ["rfilename"] = f.Key, ["size"] = f.Value.Length, ["lfs"] = new { sha256 = Convert.ToHexStringLower(SHA256.HashData(f.Value)) },
                });
                response.OutputStream.Write(JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings }));
            }
            else if (path.StartsWith(Resolve, StringComparison.Ordinal) && path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                response.StatusCode = 302;
                response.RedirectLocation = (RedirectTo ?? Address) + Moved + path[Resolve.Length..];
            }
            else if (path.StartsWith(Resolve, StringComparison.Ordinal)) Send(context, _files[path[Resolve.Length..]], cut: false);
            else if (path.StartsWith(Moved, StringComparison.Ordinal)) Send(context, _files[path[Moved.Length..]], cut: true);
            else response.StatusCode = 404;
            response.Close();
        }

        private void Send(HttpListenerContext context, byte[] bytes, bool cut)
        {
            var from = 0;
            if (context.Request.Headers["Range"] is { } range)
            {
                from = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
                context.Response.StatusCode = 206;
                context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            }
            var part = bytes[from..];
            if (Spoil && part.Length > 0) part[^1] ^= 1;
            context.Response.ContentLength64 = part.Length;
            if (cut && CutAfter is { } limit && part.Length > limit)
            {
                context.Response.OutputStream.Write(part, 0, limit);
                context.Response.OutputStream.Flush();
                context.Response.Abort();
                return;
            }
            context.Response.OutputStream.Write(part);
        }

        public void Dispose() => _listener.Close();
    }

    [Fact]
    public async Task AModelArrivesWholeAndLoads()
    {
        using var repository = new Repository();
        using var puller = new ModelPuller(repository.Address, _cache);
        var reports = new List<PullProgress>();
        var snapshot = await puller.PullAsync("org/tiny", progress: reports.Add, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(_cache, "models--org--tiny", "snapshots", Commit), snapshot);
        Assert.Equal(reports[^1].Total, reports[^1].Bytes);
        Assert.DoesNotContain(repository.Requests, r => r.Contains("safety_checker", StringComparison.Ordinal));
        // What decides its prompts arrives with it.
        using (var model = DiffusionModel.Open(snapshot)) Assert.Equal(7, model.Tokenizer.Encode("<cat-toy>")[1]);
        Assert.True(File.Exists(Path.Combine(snapshot, "words.txt")));

        // A second time nothing is fetched but the list.
        repository.Requests.Clear();
        await puller.PullAsync("org/tiny", cancellation: TestContext.Current.CancellationToken);
        Assert.Single(repository.Requests);
    }

    [Fact]
    public async Task AnInterruptedDownloadGoesOnWhereItStopped()
    {
        using var repository = new Repository { CutAfter = 100_000 };
        using var puller = new ModelPuller(repository.Address, _cache);
        var token = TestContext.Current.CancellationToken;
        var error = await Assert.ThrowsAsync<ModelException>(() => puller.PullAsync("org/tiny", cancellation: token));
        Assert.Contains("goes on where it stopped", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_cache, "models--org--tiny", "refs")));
        repository.CutAfter = null;
        repository.Requests.Clear();
        using (DiffusionModel.Open(await puller.PullAsync("org/tiny", cancellation: token))) { }
        Assert.Contains(repository.Requests, r => r.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASpoiledFileIsRefusedAndFetchedAnew()
    {
        using var repository = new Repository { Spoil = true };
        using var puller = new ModelPuller(repository.Address, _cache);
        var token = TestContext.Current.CancellationToken;
        var error = await Assert.ThrowsAsync<ModelException>(() => puller.PullAsync("org/tiny", cancellation: token));
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories));
        repository.Spoil = false;
        using (DiffusionModel.Open(await puller.PullAsync("org/tiny", cancellation: token))) { }
    }

    [Fact]
    public async Task PlainConnectionsAndStrangeNamesAreRefused()
    {
        Assert.Contains("plain", Assert.Throws<ModelException>(() => new ModelPuller("http://example.org", _cache)).Message, StringComparison.Ordinal);
        using var repository = new Repository { RedirectTo = "http://example.org" };
        using var puller = new ModelPuller(repository.Address, _cache);
        var token = TestContext.Current.CancellationToken;
        Assert.Contains("plain", (await Assert.ThrowsAsync<ModelException>(() => puller.PullAsync("org/tiny", cancellation: token))).Message, StringComparison.Ordinal);
        Assert.Contains("no public repository", (await Assert.ThrowsAsync<ModelException>(() => puller.PullAsync("org/other", cancellation: token))).Message, StringComparison.Ordinal);
        foreach (var name in new[] { "tiny", "org/../x", "org/a b", "../x/y" })
            await Assert.ThrowsAsync<ModelException>(() => puller.PullAsync(name, cancellation: token));
    }
}
