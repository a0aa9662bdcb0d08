namespace SvgDistill.Diffusion.Models;

/// <summary>
/// Finds a model by what the user wrote: a folder, a file, or a name ("org/name") in the Hugging Face cache. Nothing is
/// ever fetched from here.
/// </summary>
public static class ModelLocator
{
    /// <summary>The folder or file that is meant.</summary>
    /// <exception cref="ModelException">There is none; the message says how to get it.</exception>
    public static string Find(string nameOrPath)
    {
        if (File.Exists(nameOrPath) || Directory.Exists(nameOrPath)) return Path.GetFullPath(nameOrPath);
        var parts = nameOrPath.Split('/');
        if (parts.Length != 2 || parts.Any(p => p.Length == 0 || p is "." or ".." || p.Any(c => !char.IsAsciiLetterOrDigit(c) && !"-_.".Contains(c, StringComparison.Ordinal))))
            throw new ModelException(nameOrPath, "there is no such folder or file",
                remedy: "Give a diffusers folder, a .safetensors checkpoint, or a Hugging Face name (org/name) that is in the cache");
        foreach (var cache in CacheFolders())
            if (Snapshot(Path.Combine(cache, $"models--{parts[0]}--{parts[1]}")) is { } snapshot) return snapshot;
        throw new ModelException(nameOrPath, "there is no such folder or file, and the Hugging Face cache does not have it",
            remedy: $"Get it with: svgdistill model pull {nameOrPath}");
    }

    /// <summary>Where the Hugging Face libraries keep what they fetched, in the order of their own precedence.</summary>
    public static IEnumerable<string> CacheFolders()
    {
        foreach (var (variable, folder) in new[] { ("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub") })
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path) yield return Path.Combine(path, folder);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length > 0) yield return Path.Combine(home, ".cache", "huggingface", "hub");
    }

    /// <summary>The snapshot that refs/main names, else the one that is complete and newest.</summary>
    private static string? Snapshot(string repository)
    {
        var snapshots = Path.Combine(repository, "snapshots");
        if (!Directory.Exists(snapshots)) return null;
        var main = Path.Combine(repository, "refs", "main");
        if (File.Exists(main))
        {
            var revision = File.ReadAllText(main).Trim();
            if (revision.Length is > 0 and <= 64 && revision.All(char.IsAsciiLetterOrDigit)
                && Directory.Exists(Path.Combine(snapshots, revision))) return Path.Combine(snapshots, revision);
        }
        return Directory.EnumerateDirectories(snapshots)
            .OrderByDescending(folder => File.Exists(Path.Combine(folder, "model_index.json")))
            .ThenByDescending(Directory.GetLastWriteTimeUtc).FirstOrDefault();
    }
}
