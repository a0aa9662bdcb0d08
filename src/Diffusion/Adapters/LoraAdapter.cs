using SvgDistill.Diffusion.Differentiation;
using SvgDistill.Diffusion.Layers;
using SvgDistill.Diffusion.Models;
using SvgDistill.Diffusion.Unet;
using SvgDistill.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace SvgDistill.Diffusion.Adapters;

/// <summary>
/// Low-rank additions to linear layers (Hu 2021, LoRA): y += scale * (alpha / r) * (x A^T) B^T with A [r,in] and
/// B [out,r]; to convolutions the same for each position (A [r,in,k,k], B [out,r,1,1], as peft and LyCORIS write them). Read from a file, or made new for training. Nothing is merged into the weights, so adapters can be
/// switched on and off at no cost, and several may be active at once.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    /// <summary>What a LoRA is called in a folder of its own, as diffusers names it.</summary>
    public const string FolderFile = "pytorch_lora_weights.safetensors";

    private readonly List<Term> _terms;

    private LoraAdapter(List<Term> terms) => _terms = terms;

    /// <summary>Number of layers that are adapted.</summary>
    public int Layers => _terms.Count;

    /// <summary>The matrices, A and B of each layer in turn; they take gradients in an adapter made by <see cref="Create"/>.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. _terms.SelectMany(t => new[] { t.Down, t.Up })];

    /// <summary>The file that is meant by a file, or by a folder as diffusers or peft writes it.</summary>
    public static string Find(string path) =>
        !Directory.Exists(path) ? path : Path.Combine(path, !File.Exists(Path.Combine(path, FolderFile)) && File.Exists(Path.Combine(path, LoraConfig.PeftFile)) ? LoraConfig.PeftFile : FolderFile);

    /// <summary>SHA-256 of an adapter's file, or over it and peft's configuration, which has its weight.</summary>
    public static string HashOf(string path) => LoraConfig.Beside(path = Find(path)) is { } config
        ? ModelHash.OfFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFileName(path), Path.GetFileName(config)]) : ModelHash.OfFile(path);

    /// <summary>Reads an adapter file and finds the layers of the model that it belongs to.</summary>
    /// <exception cref="ModelException">It is no such file, or of another architecture than the model.</exception>
    public static LoraAdapter Open(string path, DiffusionModel model)
    {
        var layers = LoraNames.Layers(model);
        using var scope = NewDisposeScope();
        using var file = new SafetensorsFile(path = Find(path));
        var config = LoraConfig.Of(file);
        var terms = new List<Term>();
        foreach (var entry in LoraNames.Read(file))
        {
            RequireFamily(path, entry.Down, model.Unet.Config.ContextChannels);
            if (!layers.TryGetValue(entry.Layer, out var layer))
                throw new ModelException(path, "the model has no such layer to adapt", entry.Down.Name,
                    "The adapter is made for another model family, or adapts layers other than linear ones and convolutions");
            var rank = entry.Down.Shape.Count > 0 ? entry.Down.Shape[0] : 0;
            if (!Shapes.Fits(entry.Down.Shape, [rank, layer.Inputs, layer.Kernel ?? 1, layer.Kernel ?? 1]) || !Shapes.Fits(entry.Up.Shape, [layer.Outputs, rank]))
                throw new ModelException(path, $"shapes {entry.Down.ShapeText} and {entry.Up.ShapeText} do not fit a layer of "
                    + $"{layer.Inputs} to {layer.Outputs}" + (layer.Kernel is { } side ? $" with a kernel of {side} x {side}" : ""), entry.Down.Name, "The adapter is made for another model family");
            if (rank < 1) throw new ModelException(path, "its rank is 0: there is nothing to add", entry.Down.Name);
            if (entry.Alpha is { } stored && stored.Shape.Aggregate(1L, (n, side) => n * side) != 1) throw new ModelException(path, "one number is expected", stored.Name);
            var scale = entry.Alpha is null ? config.Scale(entry.Layer, rank) : file.Load(entry.Alpha.Name, ScalarType.Float64).item<double>() / rank;
            if (!double.IsFinite(scale)) throw new ModelException(path, "its weight is not finite", (entry.Alpha ?? entry.Down).Name);
            var type = layer.Type;
            terms.Add(new Term(layer,
                Frozen(file.Load(entry.Down.Name, type, layer.Device).view(rank, -1)),
                Frozen(file.Load(entry.Up.Name, type, layer.Device).view(layer.Outputs, rank)), scale));
        }
        return terms.Count > 0 ? new LoraAdapter(terms)
            : throw new ModelException(path, "it holds no LoRA adapter", remedy: "LoRA files name their tensors lora_A / lora_B or lora_down / lora_up");
    }

    /// <summary>
    /// A new adapter on every attention projection of a UNet: A uniform within 1/sqrt(in) from the generator, B zero, so
    /// that it changes nothing at first. fp32, trainable.
    /// </summary>
    /// <param name="unet">The network.</param>
    /// <param name="rank">Rank of the matrices.</param>
    /// <param name="generator">Of the random numbers.</param>
    /// <param name="convolutions">On every convolution between the first and the last, too.</param>
    public static LoraAdapter Create(UNet2DConditionModel unet, int rank, Generator generator, bool convolutions = false)
    {
        var layers = unet.AdaptedLayers.Where(l => l.Path.Contains(".attn", StringComparison.Ordinal)
            || convolutions && l.Kernel is not null && l.Path.Contains("_block", StringComparison.Ordinal));
        return new LoraAdapter([.. layers.Select(layer =>
        {
            using var scope = NewDisposeScope();
            var inputs = layer.Inputs * (layer.Kernel ?? 1) * (layer.Kernel ?? 1);
            var bound = 1 / Math.Sqrt(inputs);
            var down = (rand([rank, inputs], generator: generator) * (2 * bound) - bound).to(unet.Device);
            var up = zeros([layer.Outputs, rank], device: unet.Device);
            return new Term(layer, new Parameter(down.DetachFromDisposeScope()), new Parameter(up.DetachFromDisposeScope()), 1);
        })]);
    }

    /// <summary>Adds the adapter to its layers until the result is disposed; it applies to every use of the model.</summary>
    public IDisposable Attach(double scale = 1) => Activate([(this, scale)]);

    /// <summary>The matrices by peft's names.</summary>
    public IEnumerable<(string Name, Tensor Value)> Named => _terms.SelectMany(t => new[]
    {
        ($"{t.Name}.lora_A.weight", t.Layer.Kernel is { } side ? t.Down.view(t.Down.shape[0], -1, side, side) : t.Down),
        ($"{t.Name}.lora_B.weight", t.Layer.Kernel is null ? t.Up : t.Up.view(-1, t.Up.shape[1], 1, 1)),
    });

    /// <summary>Writes the matrices in peft's names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Words to keep with them.</param>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(path, Named.ToDictionary(p => p.Name, p => p.Value), metadata);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
    }

    internal static IDisposable Activate(IReadOnlyList<(LoraAdapter Adapter, double Scale)> adapters)
    {
        // A scale of 0 must leave no trace; a term of zeros would still take the layers another way.
        var active = adapters.Where(a => a.Scale != 0).SelectMany(a => a.Adapter._terms.Select(t => (t.Layer, Term: new ScaledTerm(t, a.Scale * t.Scale)))).ToArray();
        foreach (var (layer, term) in active) layer.Adapters.Add(term);
        return new Release(() =>
        {
            foreach (var (layer, term) in active) layer.Adapters.Remove(term);
        });
    }

    /// <summary>The width of the text tells the families apart, whatever their layers are called.</summary>
    private static void RequireFamily(string path, TensorEntry down, int contextChannels)
    {
        if (!AdapterKinds.IsTextKey(down.Name) || down.Shape.Count < 2 || down.Shape[1] == contextChannels) return;
        string Words(long width) => $"text of width {width}" + (AdapterKinds.Family((int)width) is { } family ? $", as in {family}" : "");
        throw new ModelException(path, $"it is made for another model family ({Words(down.Shape[1])}; this model: {Words(contextChannels)})", down.Name,
            "Use a LoRA file that was trained on this model's family");
    }

    private static Parameter Frozen(Tensor tensor) => new(tensor.DetachFromDisposeScope(), requires_grad: false);

    private sealed record Term(IAdaptedLayer Layer, Parameter Down, Parameter Up, double Scale)
    {
        public string Name => (Layer.Path.StartsWith("text_model", StringComparison.Ordinal) ? "text_encoder." : "unet.") + Layer.Path;
    }

    private sealed class ScaledTerm(Term term, double scale) : ILinearAdapter
    {
        public IEnumerable<Tensor> Trained => new[] { term.Down, term.Up }.Where(p => p.requires_grad);

        public Tensor Apply(Tensor x)
        {
            var (down, up) = (Cast(term.Down, x), Cast(term.Up, x));
            return nn.functional.linear(nn.functional.linear(x, down) * scale, up);
        }

        public Tensor InputGradient(Tensor g) => g.matmul(Cast(term.Up, g)).mul_(scale).matmul(Cast(term.Down, g));

        public void AddParameterGradients(Tape tape, Tensor x, Tensor g)
        {
            using var scope = NewDisposeScope();
            var (rows, outer) = (x.flatten(0, -2), g.flatten(0, -2));
            var down = outer.matmul(Cast(term.Up, g)).mul_(scale).t().matmul(rows);
            var up = outer.t().matmul(rows.matmul(Cast(term.Down, x).t()).mul_(scale));
            tape.AddParameterGradient(term.Down, down.to(term.Down.dtype));
            tape.AddParameterGradient(term.Up, up.to(term.Up.dtype));
        }

        private static Tensor Cast(Tensor weight, Tensor x) => weight.dtype == x.dtype ? weight : weight.to(x.dtype);
    }
}
