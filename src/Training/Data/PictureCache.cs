using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SvgDistill.Rasterizer;
using SvgDistill.Rasterizer.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Training.Data;

/// <summary>
/// Pictures of icons on disk: several views of each in a file of its own, RGB bytes [views,3,side,side], named by what decides them. A
/// file is there whole or not at all; one whose icon or settings changed is not found, and made anew.
/// </summary>
internal sealed class PictureCache
{
    // Raised when the drawing of views changes.
    private const int Version = 1;

    private readonly string _folder;
    private readonly string[] _files;
    private readonly int _side, _views;

    /// <summary>Draws what is not there yet.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="icons">The icons.</param>
    /// <param name="settings">How they are drawn.</param>
    /// <param name="progress">Told how many icons are done.</param>
    /// <param name="cancellation">Checked between icons.</param>
    public PictureCache(string folder, IReadOnlyList<Icon> icons, PictureSettings settings, Action<int> progress, CancellationToken cancellation)
    {
        (_folder, _side, _views) = (folder, settings.Side, settings.Views);
        _files = [.. icons.Select(icon => NameOf(icon, settings))];
        try
        {
            foreach (var part in _files.Select(f => Path.GetDirectoryName(f)!).Distinct()) Directory.CreateDirectory(Path.Combine(folder, part));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{folder}: the folder of pictures cannot be made: {error.Message}", error);
        }
        var done = 0;
        SideBySide.For(icons.Count, i =>
        {
            var path = Path.Combine(folder, _files[i]);
            if (new FileInfo(path) is not { Exists: true } file || file.Length != (long)_views * 3 * _side * _side) AtomicFile.WriteBytes(path, Draw(icons[i], settings));
            progress(Interlocked.Increment(ref done));
        }, cancellation);
    }

    /// <summary>Views of each icon.</summary>
    public int Views => _views;

    /// <summary>Pictures [N,3,side,side] in 0..1, of an icon and a view each.</summary>
    public Tensor Load(IReadOnlyList<(int Icon, int View)> rows)
    {
        var size = 3 * _side * _side;
        var bytes = new byte[rows.Count * size];
        for (var i = 0; i < rows.Count; i++)
        {
            using var handle = File.OpenHandle(Path.Combine(_folder, _files[rows[i].Icon]));
            var part = bytes.AsSpan(i * size, size);
            for (var read = 0; read < size;)
                read += RandomAccess.Read(handle, part[read..], (long)rows[i].View * size + read) is > 0 and var n ? n
                    : throw new TrainingException($"{_files[rows[i].Icon]}: the file of pictures in {_folder} is cut off. Delete it; it is made anew.");
        }
        using var scope = NewDisposeScope();
        return (tensor(bytes, [rows.Count, 3, _side, _side]).to(ScalarType.Float32) / 255).MoveToOuterDisposeScope();
    }

    private static byte[] Draw(Icon icon, PictureSettings settings)
    {
        var scene = icon.Scene();
        var seed = BitConverter.ToInt64(SHA256.HashData(icon.Svg.Span)) ^ settings.Seed;
        var mirror = settings.Mirror && IconNames.MayBeMirrored(icon.Subject);
        var bytes = new List<byte>();
        for (var view = 0; view < settings.Views; view++)
        {
            // The first is the icon as it is, for measures and sheets.
            var placed = view == 0 ? IconView.Plain((1, 1, 1)) : IconView.Random(new Draws(seed, view, Purpose.View), (1, 1, 1), mirror, settings.Coloured);
            bytes.AddRange(placed.Draw(scene, settings.Side, settings.Margin).Select(x => (byte)(x * 255 + .5f)));
        }
        return [.. bytes];
    }

    private static string NameOf(Icon icon, PictureSettings settings)
    {
        var mirror = settings.Mirror && IconNames.MayBeMirrored(icon.Subject);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Version} {settings.Side} {settings.Margin:r} {settings.Views} {mirror} {settings.Coloured:r} {settings.Seed} ");
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(text), .. SHA256.HashData(icon.Svg.Span)]));
        return Path.Combine(hash[..2], hash + ".rgb");
    }
}

/// <summary>How icons are drawn.</summary>
/// <param name="Side">The pictures' side in pixels.</param>
/// <param name="Margin">The border, as a part of it.</param>
/// <param name="Views">Drawings of each icon.</param>
/// <param name="Mirror">Whether they are mirrored where their names allow it.</param>
/// <param name="Coloured">The part that lies on a colour.</param>
/// <param name="Seed">Of the views.</param>
internal sealed record PictureSettings(int Side, double Margin, int Views, bool Mirror, double Coloured, long Seed);
