using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using SvgDistill.Diffusion.Tokenization;

namespace SvgDistill.Diffusion.Models;

/// <summary>How far a download is.</summary>
/// <param name="File">The file that is being fetched.</param>
/// <param name="Bytes">Bytes of all files that are there.</param>
/// <param name="Total">Bytes of all files.</param>
public sealed record PullProgress(string File, long Bytes, long Total);

/// <summary>
/// Fetches a model from a Hugging Face repository into the Hugging Face cache, in that cache's own layout. The only part
/// of the program that connects to anything. Interrupted downloads go on where they stopped; what arrives is compared
/// with the SHA-256 that the repository states before it gets its name.
/// </summary>
public sealed class ModelPuller : IDisposable
{
    private const string PublicEndpoint = "https://huggingface.co";
    private const long MaxListing = 16 << 20;

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly string _cache;

    /// <param name="endpoint">The server; null for HF_ENDPOINT or the public one. Plain HTTP only to this machine itself.</param>
    /// <param name="cache">The cache's folder; null for the first that <see cref="ModelLocator.CacheFolders"/> names.</param>
    /// <exception cref="ModelException">The server is neither HTTPS nor this machine.</exception>
    public ModelPuller(string? endpoint = null, string? cache = null)
    {
        endpoint ??= Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } given ? given : PublicEndpoint;
        if (!Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var uri)) throw new ModelException(endpoint, "it is no address");
        RequireSafe(uri);
        _endpoint = uri;
        _cache = cache ?? ModelLocator.CacheFolders().First();
        // Redirects (weights lie on other hosts) are followed by hand: each address must be a safe one.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(1) };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("svgdistill");
    }

    /// <summary>Fetches what a Stable Diffusion folder needs of a repository.</summary>
    /// <param name="repository">"org/name".</param>
    /// <param name="revision">Branch, tag or commit.</param>
    /// <param name="progress">Told as bytes arrive.</param>
    /// <param name="cancellation">Stops; what has arrived stays for the next time.</param>
    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="ModelException">The repository does not exist, is no diffusers folder, or a file arrived wrong.</exception>
    public async Task<string> PullAsync(string repository, string revision = "main", Action<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        var names = repository.Split('/');
        if (names.Length != 2 || names.Append(revision).Any(n => n.Length is 0 or > 128 || n.StartsWith('.') || n.Any(c => !char.IsAsciiLetterOrDigit(c) && !"-_.".Contains(c, StringComparison.Ordinal))))
            throw new ModelException(repository, "it is no repository's name", remedy: "Write it as org/name");
        try
        {
            var (commit, files) = await ListAsync(repository, revision, cancellation).ConfigureAwait(false);
            var folder = Path.Combine(_cache, $"models--{names[0]}--{names[1]}");
            var snapshot = Path.Combine(folder, "snapshots", commit);
            var (done, total) = (0L, files.Sum(f => f.Size));
            foreach (var file in files)
            {
                await FetchAsync(repository, commit, file, Path.Combine([snapshot, .. file.Name.Split('/')]),
                    bytes => progress?.Invoke(new PullProgress(file.Name, done + bytes, total)), cancellation).ConfigureAwait(false);
                done += file.Size;
            }
            // Only a snapshot that is complete gets the name that others look for.
            Directory.CreateDirectory(Path.Combine(folder, "refs"));
            await File.WriteAllTextAsync(Path.Combine(folder, "refs", revision), commit, cancellation).ConfigureAwait(false);
            return snapshot;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException or JsonException
            || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ModelException(repository, $"it cannot be fetched from {_endpoint.Host} ({error.Message.TrimEnd('.')})",
                remedy: "Run the same command again: it goes on where it stopped", inner: error);
        }
    }

    private sealed record RemoteFile(string Name, long Size, string? Sha256);

    private async Task<(string Commit, IReadOnlyList<RemoteFile> Files)> ListAsync(string repository, string revision, CancellationToken cancellation)
    {
        using var response = await GetAsync(new Uri(_endpoint, $"api/models/{repository}/revision/{revision}?blobs=true"), null, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new ModelException(repository, $"{_endpoint.Host} has no public repository of this name and revision ({(int)response.StatusCode})",
                remedy: "Check the name; models that ask for consent must be fetched by hand");
        response.EnsureSuccessStatusCode();
        using var text = new MemoryStream();
        await using (var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false))
            for (var buffer = new byte[1 << 16]; ;)
            {
                var read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (read == 0) break;
                if (text.Length + read > MaxListing) throw new ModelException(repository, "the list of its files is unreasonably long");
                text.Write(buffer, 0, read);
            }
        using var json = JsonDocument.Parse(text.GetBuffer().AsMemory(0, (int)text.Length));
        try
        {
            if (json.RootElement.GetProperty("sha").GetString() is not { } commit || commit.Length is < 7 or > 64 || !commit.All(char.IsAsciiHexDigit)) throw new ModelException(repository, "the server's answer has no commit");
            var all = json.RootElement.GetProperty("siblings").EnumerateArray().Select(f => new RemoteFile(
                f.GetProperty("rfilename").GetString() ?? throw new ModelException(repository, "the server's answer has a file without a name"),
                f.GetProperty("size").GetInt64(), f.TryGetProperty("lfs", out var lfs) ? lfs.GetProperty("sha256").GetString() : null)).ToArray();
            return (commit, Needed(repository, all));
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelException(repository, "the server's answer is not understood", inner: error);
        }
    }

    /// <summary>The parts' configurations, the tokenizer, and one set of weights a part: the fp16 variant where there is one.</summary>
    private static List<RemoteFile> Needed(string repository, RemoteFile[] all)
    {
        var names = all.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var needed = new List<RemoteFile>();
        void Add(string name)
        {
            if (names.TryGetValue(name, out var file)) needed.Add(file);
        }
        if (!names.ContainsKey("model_index.json"))
            throw new ModelException(repository, "it is no diffusers folder: there is no model_index.json", remedy: "Choose a repository in diffusers' layout");
        foreach (var name in new[] { "model_index.json", "README.md", "svgdistill.json", "subjects.txt", ModelCard.Words, "selfcheck.safetensors", "scheduler/scheduler_config.json",
            "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json", "tokenizer/" + ClipTokenizer.AddedName }) Add(name);
        foreach (var (part, weights) in new[] { ("unet", "diffusion_pytorch_model"), ("vae", "diffusion_pytorch_model"), ("text_encoder", "model") })
        {
            Add($"{part}/config.json");
            var variant = new[] { $"{part}/{weights}.fp16.safetensors", $"{part}/{weights}.safetensors" }.FirstOrDefault(names.ContainsKey)
                ?? throw (names.ContainsKey($"{part}/{weights}.safetensors.index.json")
                    ? new ModelException(repository, $"its weights for {part} are in several files, which are not fetched", remedy: "Load the folder another way; it can be read then")
                    : new ModelException(repository, $"it has no safetensors weights for {part}", remedy: "Choose a repository with safetensors files"));
            Add(variant);
        }
        return needed;
    }

    private async Task FetchAsync(string repository, string commit, RemoteFile file, string path, Action<long> progress, CancellationToken cancellation)
    {
        if (File.Exists(path) && new FileInfo(path).Length == file.Size)
        {
            progress(file.Size);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + ".incomplete";
        var have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        if (have > file.Size) have = 0;
        if (have < file.Size || file.Size == 0)
        {
            var address = new Uri(_endpoint, $"{repository}/resolve/{commit}/{file.Name}");
            using var response = await GetAsync(address, have > 0 ? new RangeHeaderValue(have, null) : null, cancellation).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            // A server that knows no ranges sends everything again.
            var resumed = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
            await using var target = new FileStream(partial, resumed ? FileMode.Append : FileMode.Create, FileAccess.Write);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            for (var buffer = new byte[1 << 18]; ;)
            {
                using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                stalled.CancelAfter(TimeSpan.FromMinutes(1));
                var read = await body.ReadAsync(buffer, stalled.Token).ConfigureAwait(false);
                if (read == 0) break;
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                progress(target.Length);
                if (target.Length > file.Size) break;
            }
        }
        var arrived = new FileInfo(partial).Length;
        if (arrived < file.Size) throw new IOException($"{file.Name}: the connection ended after {arrived} of {file.Size} bytes");
        if (arrived > file.Size || file.Sha256 is not null && await HashAsync(partial, cancellation).ConfigureAwait(false) != file.Sha256)
        {
            File.Delete(partial);
            throw new ModelException(repository, "what arrived is not what the repository states (size or SHA-256)", file.Name, "Run the same command again; the file is fetched anew");
        }
        File.Move(partial, path, overwrite: true);
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
    }

    private async Task<HttpResponseMessage> GetAsync(Uri address, RangeHeaderValue? range, CancellationToken cancellation)
    {
        for (var redirects = 0; redirects <= 5; redirects++)
        {
            RequireSafe(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = range;
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return response;
            response.Dispose();
            address = new Uri(address, location);
        }
        throw new HttpRequestException("too many redirects");
    }

    private static void RequireSafe(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            throw new ModelException(address.ToString(), "plain connections are refused", remedy: "Use an https address");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
