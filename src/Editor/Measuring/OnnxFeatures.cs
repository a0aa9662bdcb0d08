using Microsoft.ML.OnnxRuntime;
using SvgDistill.Distill.Metrics;
using SvgDistill.Editor.Output;

namespace SvgDistill.Editor.Measuring;

/// <summary>
/// Features of pictures by a network in an ONNX file, to be compared by their cosine. Computed on one thread, so that they are the same on any machine
/// of one kind.
/// </summary>
internal sealed class OnnxFeatures : IDisposable
{
    private const string Folder = "resnet18", Network = "ResNet18.onnx", Preparation = "ResNetPreprocess.onnx";
    private const string NetworkHash = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f", PreparationHash = "84bf8def78d0befaa3f6e73745d57d7016c6a192ead76f79686bd438c1047004";

    // DINO's, as torchvision has them: mean and standard deviation of ImageNet, RGB in 0..1.
    private static readonly float[] _mean = [.485f, .456f, .406f], _deviation = [.229f, .224f, .225f];

    private readonly InferenceSession? _preparation;
    private readonly InferenceSession _network;
    private readonly Func<RgbPicture, float[]> _input;

    private OnnxFeatures(string path, byte[] network, byte[]? preparation, Func<RgbPicture, float[]> input)
    {
        (Path, Sha256, _input) = (path, Hashes.Of(network), input);
        OrtEnv.Instance().DisableTelemetryEvents();
        _network = Open(path, network);
        try
        {
            _preparation = preparation is null ? null : Open(path, preparation);
            Side = SideOf(path, _network);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The network's file.</summary>
    public string Path { get; }

    /// <summary>Its hash.</summary>
    public string Sha256 { get; }

    /// <summary>Side of the pictures that it takes.</summary>
    public int Side { get; }

    /// <summary>
    /// ResNet-18 as the ML.NET package has it, beside the program: its preparation takes RGB in 0..255 (to BGR, less a mean picture), its result is the
    /// 512 means before the classifier. Or why it is not there.
    /// </summary>
    public static Tool<OnnxFeatures> ResNet18()
    {
        var folder = System.IO.Path.Combine(AppContext.BaseDirectory, Folder);
        var (network, preparation) = (System.IO.Path.Combine(folder, Network), System.IO.Path.Combine(folder, Preparation));
        if (!File.Exists(network) || !File.Exists(preparation))
            return new($"ResNet-18 is not beside the program (folder {Folder}): it is an archive of its own, svgdistill-VERSION-resnet18, to be unpacked in the program's folder.");
        var (bytes, prepared) = (File.ReadAllBytes(network), File.ReadAllBytes(preparation));
        foreach (var (path, file, hash) in new[] { (network, bytes, NetworkHash), (preparation, prepared, PreparationHash) })
            if (Hashes.Of(file) != hash) throw new EditorException(EditorErrorKind.Model, $"{path}: damaged: it is not the file of the package. Unpack its archive again.");
        return new OnnxFeatures(network, bytes, prepared, picture => [.. picture.Values.ToArray().Select(v => 255 * v)]);
    }

    /// <summary>
    /// A vision transformer of the DINO family as an ONNX file: one input [N,3,H,W], normalised as for ImageNet; its first output is [N,D], or
    /// [N,tokens,D], of which the first token (the class's) is taken.
    /// </summary>
    /// <exception cref="EditorException">It is no such file.</exception>
    public static OnnxFeatures Dino(string path) =>
        new(path, InputFile.Read(path, "an ONNX file", InputFile.MostPictureBytes), null, picture => Normalized(picture));

    /// <summary>A picture's features, of unit length.</summary>
    public double[] Of(RgbPicture picture)
    {
        if (picture.Width != Side || picture.Height != Side) throw new ArgumentException($"The network takes pictures of {Side} x {Side}.");
        var values = _input(picture);
        if (_preparation is not null) values = Run(_preparation, values).Values;
        var (output, shape) = Run(_network, values);
        // Of tokens the first.
        var length = (int)(shape.Length == 3 ? shape[2] : shape.Aggregate(1L, (a, b) => a * b));
        return FeatureVectors.Unit([.. output.Take(length).Select(v => (double)v)]);
    }

    public void Dispose()
    {
        _preparation?.Dispose();
        _network.Dispose();
    }

    private (float[] Values, long[] Shape) Run(InferenceSession session, float[] values)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, RgbPicture.Channels, Side, Side]);
        using var options = new RunOptions();
        try
        {
            using var outputs = session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]);
            return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException error)
        {
            throw new EditorException(EditorErrorKind.Model, $"the ONNX network does not take one picture [1,3,{Side},{Side}] or does not give floats: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static float[] Normalized(RgbPicture picture)
    {
        var values = picture.Values.ToArray();
        var plane = values.Length / RgbPicture.Channels;
        for (var i = 0; i < values.Length; i++) values[i] = (values[i] - _mean[i / plane]) / _deviation[i / plane];
        return values;
    }

    private static InferenceSession Open(string path, byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new EditorException(EditorErrorKind.Model, $"{path}: no ONNX network that can be read: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static int SideOf(string path, InferenceSession network)
    {
        const int Usual = 224; // where the file leaves it open
        if (network.InputNames is [var name] && network.InputMetadata[name] is { ElementDataType: Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, Dimensions: [_, RgbPicture.Channels, var height, var width] }
            && height == width) return height > 0 ? height : Usual;
        throw new EditorException(EditorErrorKind.Model, $"{path}: its input is not one square picture [N,3,H,W] of floats.");
    }
}
