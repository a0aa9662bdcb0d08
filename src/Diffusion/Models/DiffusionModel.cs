using SvgDistill.Diffusion.Adapters;
using SvgDistill.Diffusion.Autoencoder;
using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Schedules;
using SvgDistill.Diffusion.Text;
using SvgDistill.Diffusion.Tokenization;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Models;

/// <summary>
/// A latent diffusion model, loaded: tokenizer, text encoder, autoencoder, denoiser and schedule, with the project's
/// conventions at the border: pictures in 0..1, latents scaled, everything fp32.
/// </summary>
public sealed class DiffusionModel : IDisposable
{
    private readonly ModelFiles _files;
    private readonly ModelOptions _options;
    private readonly Lazy<string> _hash;
    private readonly List<ModelAdapter> _adapters = [];
    private readonly List<IDisposable> _attached = [];

    private DiffusionModel(ModelFiles files, ModelOptions options, Func<ModelPart, string, ScalarType, ParameterSource> parameters)
    {
        (_files, _options) = (files, options);
        var device = options.Device ?? CPU;
        RequirePrecision(files.Path, options.Precision, device);
        // Published 1.x and 2.x autoencoders overflow in fp16; they are a tenth of the UNet's work, so they stay in fp32.
        var autoencoderType = options.Precision == ScalarType.Float16 && files.Autoencoder.ForceUpcast ? ScalarType.Float32 : options.Precision;
        var built = new List<IDisposable>();
        T Load<T>(ModelPart part, string name, ScalarType type, Func<ParameterSource, T> build) where T : Network
        {
            var source = parameters(part, name, type);
            try
            {
                var network = build(source);
                built.Add(network);
                (source as StoredParameters)?.RequireAllUsed();
                return network;
            }
            catch
            {
                source.Release();
                throw;
            }
        }
        try
        {
            TextEncoder = Load(ModelPart.TextEncoder, "text encoder", options.Precision, s => new ClipTextModel(files.Text, s));
            Autoencoder = Load(ModelPart.Autoencoder, "autoencoder", autoencoderType, s => new AutoencoderKl(files.Autoencoder, s));
            Unet = Load(ModelPart.Unet, "UNet", options.Precision, s => new UNet2DConditionModel(files.Unet, s));
        }
        catch
        {
            foreach (var network in built) network.Dispose();
            throw;
        }
        Schedule = new NoiseSchedule(files.Schedule);
        Denoiser = new NoisePredictor(Unet, Schedule);
        _hash = new Lazy<string>(() => File.Exists(files.Path)
            ? ModelHash.OfFile(files.Path) : ModelHash.OfFiles(files.Path, files.Files));
    }

    /// <summary>Loads a model from a folder, a file, or the Hugging Face cache.</summary>
    /// <exception cref="ModelException">There is none, or it cannot be used; the message says why and what to do.</exception>
    public static DiffusionModel Open(string nameOrPath, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        var files = ModelFiles.Read(ModelLocator.Find(nameOrPath), options.Prediction);
        try
        {
            return new DiffusionModel(files, options, (part, name, type) =>
                new StoredParameters(name, files.Parameters[part], files.Path, type, options.Device ?? CPU));
        }
        catch
        {
            files.Dispose();
            throw;
        }
        finally
        {
            // All parameters have been copied out of the mappings.
            foreach (var file in files.Open) file.Dispose();
        }
    }

    /// <summary>
    /// A model of the given architecture with random weights, for measuring time and memory where none are at hand: what
    /// it predicts means nothing, what it costs is the same.
    /// </summary>
    public static DiffusionModel Random(ModelArchitecture architecture, ModelOptions? options = null, int seed = 0)
    {
        options ??= new ModelOptions();
        return new DiffusionModel(ModelFiles.Without(architecture), options, (part, _, type) =>
            new RandomParameters(seed + (int)part, type, options.Device ?? CPU));
    }

    /// <summary>The folder or file.</summary>
    public string Path => _files.Path;

    /// <summary>The prompt's way into token ids.</summary>
    public ClipTokenizer Tokenizer => _files.Tokenizer;

    /// <summary>Token ids to hidden states.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>Pictures to latents and back.</summary>
    public AutoencoderKl Autoencoder { get; }

    /// <summary>The denoising network.</summary>
    public UNet2DConditionModel Unet { get; }

    /// <summary>The denoising network as a noise predictor.</summary>
    public NoisePredictor Denoiser { get; }

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>What the model's folder recommends.</summary>
    public ModelDefaults Defaults => _files.Defaults;

    /// <summary>Side of the square pictures the model is made for, in pixels.</summary>
    public int ImageSize => Defaults.ImageSize ?? _files.Unet.SampleSize * _files.Autoencoder.Downscale;

    /// <summary>Pixels a latent, along one side.</summary>
    public int Downscale => _files.Autoencoder.Downscale;

    /// <summary>Shape of a batch of latents for pictures of the model's size, or of another.</summary>
    public long[] LatentShape(long batch = 1, int? imageSize = null) =>
        [batch, _files.Autoencoder.LatentChannels, (imageSize ?? ImageSize) / Downscale, (imageSize ?? ImageSize) / Downscale];

    /// <summary>SHA-256 that identifies the model in records; computed at the first use. See <see cref="ModelHash"/>.</summary>
    public string Hash => _hash.Value;

    /// <summary>What was added to the model since it was opened, in that order.</summary>
    public IReadOnlyList<ModelAdapter> Adapters => _adapters;

    /// <summary>Adds a LoRA file to UNet and text encoder for as long as the model lives; several add up.</summary>
    /// <param name="path">A file in diffusers', peft's or kohya's names, or a folder of one as diffusers or peft writes it.</param>
    /// <param name="scale">Weight of what it adds, 1 as trained; 0 adds nothing, but the file is checked.</param>
    /// <exception cref="ModelException">It is no such file, or made for another model family.</exception>
    public void AddLora(string path, double scale = 1)
    {
        var lora = LoraAdapter.Open(path, this);
        _attached.AddRange([lora.Attach(scale), lora]);
        _adapters.Add(new(AdapterKind.Lora, LoraAdapter.Find(path), LoraAdapter.HashOf(path), Scale: scale));
    }

    /// <summary>
    /// Adds a textual-inversion embedding (Gal 2022): from now on its word stands for its vectors in every prompt.
    /// </summary>
    /// <param name="path">A safetensors file as diffusers or AUTOMATIC1111's program writes it.</param>
    /// <param name="word">The word; null for the one in the file, else the file's name.</param>
    /// <returns>The word.</returns>
    /// <exception cref="ModelException">It is no such file, or made for another model family.</exception>
    public string AddTextualInversion(string path, string? word = null)
    {
        using var scope = NewDisposeScope();
        var (name, vectors) = TextualInversion.Read(path, _files.Text.Tower.Channels);
        word ??= name;
        if (string.IsNullOrWhiteSpace(word) || _adapters.Any(a => a.Word == word))
            throw new ModelException(path, $"'{word}' cannot be its word: it is empty, or another embedding has it", remedy: "Give it another word");
        var first = TextEncoder.AddEmbeddings(vectors);
        Tokenizer.AddToken(word, [.. Enumerable.Range(first, (int)vectors.shape[0])]);
        _adapters.Add(new(AdapterKind.TextualInversion, path, ModelHash.OfFile(path), Word: word));
        return word;
    }

    /// <summary>
    /// A prompt in the words that the model was taught, where its folder has a list of others (<see cref="PromptAliases"/>). A prompt with the word of
    /// an embedding stays what it is.
    /// </summary>
    public string Reworded(string prompt) =>
        _adapters.Any(a => a.Word is { } word && prompt.Contains(word, StringComparison.Ordinal)) ? prompt : _files.Aliases.Reword(prompt);

    /// <summary>Token ids of a prompt in the model's words, marks included.</summary>
    public long[] Tokenize(string prompt) => Tokenizer.Encode(Reworded(prompt));

    /// <summary>Hidden states of prompts, [N,L,D] fp32, without gradient. What is too long for the encoder is cut.</summary>
    public Tensor EncodePrompts(params string[] prompts)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var ids = tensor(prompts.SelectMany(Tokenize).ToArray(), [prompts.Length, Tokenizer.Length], device: TextEncoder.Device);
        var (hidden, pooled) = TextEncoder.Forward(ids);
        pooled.Dispose();
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>The same by the base model's text encoder: without LoRAs.</summary>
    public Tensor EncodePromptsByBase(params string[] prompts)
    {
        using var lifted = ActiveAdapters.Lift(TextEncoder.Projections);
        return EncodePrompts(prompts);
    }

    /// <summary>z of pictures [B,3,H,W] in 0..1: the posterior's mean times the scaling factor, [B,C,h,w].</summary>
    public Tensor EncodeImage(Tensor image)
    {
        RequireDivisible(image);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (mean, _) = Autoencoder.Encode(image * 2 - 1);
        return (mean * _files.Autoencoder.ScalingFactor).MoveToOuterDisposeScope();
    }

    /// <summary>The same with its way back to the pictures.</summary>
    public Differentiated EncodeForGradient(Tensor image)
    {
        RequireDivisible(image);
        var scale = _files.Autoencoder.ScalingFactor;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var mean = Autoencoder.EncodeMean(image * 2 - 1);
        return new Differentiated(mean.Value * scale, g => mean.Backward(g * scale) * 2, mean.Dispose);
    }

    /// <summary>Pictures to latents, both ways.</summary>
    public PictureEncoder Encoder => new(EncodeImage, EncodeForGradient);

    /// <summary>Pictures [B,3,H,W], about 0..1 and not clamped, of scaled latents.</summary>
    public Tensor Decode(Tensor latents)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var decoded = Autoencoder.Decode(latents / _files.Autoencoder.ScalingFactor);
        return (decoded * 0.5 + 0.5).MoveToOuterDisposeScope();
    }

    /// <summary>The same with its way back to the latents.</summary>
    public Differentiated DecodeForGradient(Tensor latents)
    {
        var scale = 1 / _files.Autoencoder.ScalingFactor;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var decoded = Autoencoder.DecodeForGradient(latents * scale);
        return new Differentiated(decoded.Value * 0.5 + 0.5, g => decoded.Backward(g * 0.5) * scale, decoded.Dispose);
    }

    /// <summary>Subjects that the folder's subjects.txt lists, with the number of examples of each; empty where there is none.</summary>
    public IReadOnlyList<(string Name, int Count)> Subjects() => ModelCard.Subjects(Path);

    /// <summary>
    /// Runs each part on the input that the folder's selfcheck.safetensors carries and compares: relative error |a-b|/|b|
    /// of each output; empty where the folder carries none.
    /// </summary>
    public IReadOnlyList<(string Part, double RelativeError)> SelfCheck() => ModelSelfCheck.Run(this);

    /// <summary>
    /// Compares the noise that the UNet predicts, one sample, with what the folder's selfcheck.safetensors says; does nothing
    /// where the folder carries none. For use before adapters are added.
    /// </summary>
    /// <exception cref="ModelException">It is off by more than the precision explains (<see cref="ModelCheck.ToleranceOf"/>).</exception>
    public void RequireKnownPrediction() => ModelSelfCheck.Require(this, ModelCheck.ToleranceOf(_options.Precision));

    /// <summary>What there is to say about the model.</summary>
    public ModelInfo Describe() => ModelDescription.Describe(this, _files, _options);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var adapter in _attached) adapter.Dispose();
        TextEncoder.Dispose();
        Autoencoder.Dispose();
        Unet.Dispose();
        Schedule.Dispose();
        _files.Dispose();
    }

    private void RequireDivisible(Tensor image)
    {
        if (image.shape is not [_, 3, var height, var width] || height % Downscale != 0 || width % Downscale != 0)
            throw new ArgumentException($"Pictures of [B,3,H,W] with sides that {Downscale} divides are needed, not {Shapes.Text(image.shape)}.", nameof(image));
    }

    /// <summary>Older engines cannot compute in fp16 on the CPU; they say so at the first product, after minutes of loading.</summary>
    private static void RequirePrecision(string path, ScalarType precision, Device device)
    {
        if (precision is not (ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Float16))
            throw new ArgumentException($"The precision must be fp32, bf16 or fp16, not {precision}.", nameof(precision));
        if (precision == ScalarType.Float32) return;
        try
        {
            using var scope = NewDisposeScope();
            ones([2, 2], dtype: precision, device: device).matmul(ones([2, 2], dtype: precision, device: device));
        }
        catch (Exception error) when (error is not ModelException)
        {
            throw new ModelException(path, $"this tensor engine cannot compute in {precision} on {device.type}",
                remedy: "Use --precision bf16 or fp32", inner: error);
        }
    }
}
