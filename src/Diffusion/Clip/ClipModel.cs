using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Clip;

/// <summary>
/// CLIP (Radford 2021; transformers' CLIPModel): pictures and texts as unit vectors of one space. Differentiable in the
/// picture.
/// </summary>
public sealed class ClipModel : Network
{
    /// <summary>The name of the parameter <see cref="LogLogitScale"/>.</summary>
    internal const string LogitScaleName = "logit_scale";

    // OpenAI's normalisation of pixels; all published CLIPs share it.
    private static readonly float[] _mean = [.48145466f, .4578275f, .40821073f], _deviation = [.26862954f, .26130258f, .27577711f];

    private readonly ClipTextModel _text;
    private readonly ClipVisionTower _vision;
    private readonly Linear _textProjection, _visualProjection;
    private readonly ClipTokenizer? _tokenizer;
    private readonly Tensor _pixelMean, _pixelDeviation;

    /// <summary>Takes the parameters of the given architecture from a source.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="tokenizer">Of texts; null where only token ids are embedded.</param>
    /// <param name="source">Where parameters come from.</param>
    /// <param name="hash">Of the folder's files; empty where there is none.</param>
    internal ClipModel(ClipConfig config, ClipTokenizer? tokenizer, ParameterSource source, string hash) : base(source)
    {
        (Config, Hash, _tokenizer) = (config, hash, tokenizer);
        var p = new Parameters(source);
        _text = new ClipTextModel(config.Text, source);
        _vision = new ClipVisionTower(p["vision_model"], config.Vision);
        _textProjection = new Linear(p["text_projection"], config.Text.Tower.Channels, config.EmbeddingSize, bias: false);
        _visualProjection = new Linear(p["visual_projection"], config.Vision.Tower.Channels, config.EmbeddingSize, bias: false);
        LogLogitScale = p.Take(LogitScaleName);
        _pixelMean = source.Own(tensor(_mean).view(1, 3, 1, 1).to(Type, Device));
        _pixelDeviation = source.Own(tensor(_deviation).view(1, 3, 1, 1).to(Type, Device));
    }

    /// <summary>The architecture.</summary>
    public ClipConfig Config { get; }

    /// <summary>SHA-256 over the folder's files, for records.</summary>
    public string Hash { get; }

    /// <summary>The factor by which training scaled cosines into logits.</summary>
    public double LogitScale => Math.Exp(LogLogitScale.to(ScalarType.Float64).item<double>());

    /// <summary>The logarithm of that factor, a scalar: the parameter.</summary>
    internal Tensor LogLogitScale { get; }

    /// <summary>Mean and deviation by which pixels are normalised, of red, green and blue in 0..1.</summary>
    internal static (IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation) Normalisation => (_mean, _deviation);

    /// <summary>Number of numbers in the parameters of an architecture.</summary>
    internal static long ParametersOf(ClipConfig config)
    {
        using var model = new ClipModel(config, null, new ShapeRecorder(), "");
        return model.ParameterCount;
    }

    /// <summary>Opens a CLIPModel folder: config.json, model.safetensors, and a tokenizer unless it is OpenAI's.</summary>
    /// <exception cref="ModelException">It is no such folder, or its parts do not fit.</exception>
    public static ClipModel Open(string folder, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        var config = ClipConfig.Read(JsonConfig.Read(Path.Combine(folder, "config.json")));
        var open = new List<SafetensorsFile>();
        try
        {
            var stored = new Dictionary<string, StoredParameter>(StringComparer.Ordinal);
            foreach (var file in FolderModel.WeightFiles(folder, "", "model", open))
                foreach (var entry in file.Tensors.Values)
                    // A constant 0, 1, 2 ... that older files carry as a buffer.
                    if (!entry.Name.EndsWith(".position_ids", StringComparison.Ordinal)) stored.Add(entry.Name, new StoredParameter(file, entry));
            var ownTokenizer = File.Exists(Path.Combine(folder, "vocab.json"));
            var tokenizer = ownTokenizer ? ClipTokenizer.Open(folder, config.Text.MaxTokens) : ClipTokenizer.OpenBuiltIn(config.Text.MaxTokens);
            string[] files = ["config.json", .. ownTokenizer ? ["vocab.json", "merges.txt"] : Array.Empty<string>(), .. open.Select(f => Path.GetFileName(f.Path))];
            var source = new StoredParameters("CLIP model", stored, folder, type, device ?? CPU);
            try
            {
                var model = new ClipModel(config, tokenizer, source, ModelHash.OfFiles(folder, files));
                source.RequireAllUsed();
                return model;
            }
            catch
            {
                source.Release();
                throw;
            }
        }
        finally
        {
            foreach (var file in open) file.Dispose();
        }
    }

    /// <summary>Embeds pictures.</summary>
    /// <param name="images">[B,3,S,S] in 0..1, S the configured picture's side.</param>
    /// <returns>Fresh unit vectors [B,D], fp32.</returns>
    public Tensor EmbedImages(Tensor images) => EmbedImages(images, null);

    /// <summary>The same of pictures of which some patches are seen.</summary>
    /// <param name="images">[B,3,S,S] in 0..1.</param>
    /// <param name="seen">Tokens [B,n] int64: 0, the class token, and patches in rows, counted from 1; null for all.</param>
    internal Tensor EmbedImages(Tensor images, Tensor? seen)
    {
        using var scope = NewDisposeScope();
        return EmbedPixels((images.to(Type, Device) - _pixelMean) / _pixelDeviation, seen).MoveToOuterDisposeScope();
    }

    /// <summary>The same of pixels that are normalised already.</summary>
    /// <exception cref="ArgumentException">They have another size than the model's.</exception>
    public Tensor EmbedPixels(Tensor pixels) => EmbedPixels(pixels, null);

    private Tensor EmbedPixels(Tensor pixels, Tensor? seen)
    {
        if (pixels.shape is not [_, 3, var height, var width] || height != Config.Vision.ImageSize || width != height)
            throw new ArgumentException($"CLIP takes pictures [B, 3, {Config.Vision.ImageSize}, {Config.Vision.ImageSize}], not [{string.Join(", ", pixels.shape)}].");
        using var scope = NewDisposeScope();
        return Unit(_visualProjection.Forward(_vision.Forward(pixels.to(Type, Device), seen))).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of sum_v E(v(x)) . d with respect to a picture x; the same bytes for any number of threads.</summary>
    /// <param name="picture">x, [1,3,H,W] in 0..1.</param>
    /// <param name="views">Functions v of tensor operations, each to a picture [1,3,S,S].</param>
    /// <param name="direction">d, [1,D].</param>
    /// <returns>Fresh, shaped like the picture, fp32.</returns>
    public Tensor PictureGradient(Tensor picture, IReadOnlyList<Func<Tensor, Tensor>> views, Tensor direction)
    {
        using var scope = NewDisposeScope();
        Tensor Part(IEnumerable<Func<Tensor, Tensor>> some)
        {
            using var part = NewDisposeScope();
            using var seen = Differentiated.ByEngine(picture, x => EmbedImages(cat([.. some.Select(v => v(x))], 0)));
            return seen.Backward(direction.expand(seen.Value.shape)).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }
        var half = (views.Count + 1) / 2;
        if (views.Count == 1) return Part(views).MoveToOuterDisposeScope();
        return TwoHands.Join(() => Part(views.Take(half)), () => Part(views.Skip(half))).sum(0, keepdim: true).MoveToOuterDisposeScope();
    }

    /// <summary>Embeds texts: fresh unit vectors [B,D], fp32.</summary>
    public Tensor EmbedTexts(params IReadOnlyList<string> texts)
    {
        using var scope = NewDisposeScope();
        var words = _tokenizer ?? throw new InvalidOperationException("This CLIP was made without a tokenizer: it takes token ids.");
        var ids = texts.SelectMany(words.Encode).ToArray();
        return EmbedIds(tensor(ids, device: Device).reshape(texts.Count, -1)).MoveToOuterDisposeScope();
    }

    /// <summary>The same of token ids [B,L] int64.</summary>
    public Tensor EmbedIds(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return Unit(_textProjection.Forward(_text.Forward(ids).Pooled.to(Type))).MoveToOuterDisposeScope();
    }

    private Tensor Unit(Tensor x)
    {
        x = x.to(Source.BorderType);
        return x / x.norm(1, keepdim: true, p: 2f);
    }
}
