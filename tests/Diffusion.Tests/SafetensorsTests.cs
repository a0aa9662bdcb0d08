using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SvgDistill.Diffusion.Weights;
using SvgDistill.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SvgDistill.Diffusion.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string WriteRaw(string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        File.WriteAllBytes(PathOf("raw.safetensors"), bytes);
        return PathOf("raw.safetensors");
    }

    private string WriteSample()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(PathOf("sample.safetensors"), new Dictionary<string, Tensor>
        {
            ["weight"] = arange(12, ScalarType.Float32).view(3, 4),
            ["half"] = tensor(new[] { 1.5f, -2f }).to(ScalarType.Float16),
            ["brain"] = tensor(new[] { 1.5f, -2f }).to(ScalarType.BFloat16),
            ["ids"] = tensor(new[] { 1L, 2L, 3L }),
            ["scalar"] = tensor(2.5f),
            ["none"] = zeros(0, 3),
        }, new Dictionary<string, string> { ["format"] = "pt" });
        return PathOf("sample.safetensors");
    }

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        using var file = new SafetensorsFile(WriteSample());
        using var scope = NewDisposeScope();
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([3, 4], file.Tensors["weight"].Shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)i), file.Load("weight").data<float>().ToArray());
        Assert.Equal([1.5f, -2f], file.Load("half", ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([1.5f, -2f], file.Load("brain", ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([1L, 2L, 3L], file.Load("ids").data<long>().ToArray());
        Assert.Equal(2.5f, file.Load("scalar").item<float>());
        Assert.Equal([0, 3], file.Load("none").shape);
        Assert.Single(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void EqualContentsGiveEqualBytes()
    {
        var first = File.ReadAllBytes(WriteSample());
        Assert.Equal(first, File.ReadAllBytes(WriteSample()));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 8, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 12, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 12, "belong to none")]
    [InlineData("""{"a":{"dtype":"Q4_0","shape":[1],"data_offsets":[0,4]}}""", 4, "Q4_0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "not negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[4,0]}}""", 0, "before they begin")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "unknown header field")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", 4, "twice")]
    [InlineData("""{"__metadata__":{"a":{"b":1}}}""", 0, "String expected")]
    [InlineData("""[1]""", 0, "StartObject expected")]
    [InlineData("""{"a":[[[[[[[[1]]]]]]]]}""", 0, "StartObject expected")]
    [InlineData("""{} x""", 0, "no valid JSON")]
    public void BadHeadersAreRefused(string header, int dataBytes, string message)
    {
        var error = Assert.Throws<ModelException>(() => new SafetensorsFile(WriteRaw(header, dataBytes)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("raw.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TypesWithoutCounterpartAreRefusedByNameWhenLoaded()
    {
        using var file = new SafetensorsFile(WriteRaw("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4));
        Assert.Contains("F8_E4M3", Assert.Throws<ModelException>(() => file.Load("a")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(-1)]
    public void TruncatedFilesAreRefused(int length)
    {
        var bytes = File.ReadAllBytes(WriteSample());
        File.WriteAllBytes(PathOf("short.safetensors"), bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.Throws<ModelException>(() => new SafetensorsFile(PathOf("short.safetensors")));
    }

    [Fact]
    public void APickleIsToldFromATruncatedFile()
    {
        File.WriteAllText(PathOf("model.ckpt"), "PK\u0003\u0004 some archive that is long enough");
        Assert.Contains("converted", Assert.Throws<ModelException>(() => new SafetensorsFile(PathOf("model.ckpt"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<ModelException>(() => new SafetensorsFile(PathOf("nowhere"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever bytes are changed: the file opens and every tensor loads or is refused, and nothing else happens.</summary>
    [Fact]
    public void MutatedFilesEndInAModelExceptionOrInTensors()
    {
        var original = File.ReadAllBytes(WriteSample());
        var headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(original);
        var mutation = from at in Gen.Choose(0, headerEnd - 1)
                       from value in Gen.Elements<byte>([.. "{}[],:\"0123456789-FBIU\\ "u8, 0, 0xff])
                       select (at, value);
        Prop.ForAll(Arb.From(mutation.NonEmptyListOf()), mutations =>
        {
            var bytes = original.ToArray();
            foreach (var (at, value) in mutations.Take(4)) bytes[at] = value;
            File.WriteAllBytes(PathOf("mutated.safetensors"), bytes);
            try
            {
                using var scope = NewDisposeScope();
                using var file = new SafetensorsFile(PathOf("mutated.safetensors"));
                foreach (var name in file.Tensors.Keys) file.Load(name);
            }
            catch (ModelException)
            {
                return;
            }
        }).Check(RandomCases.Of(500));
    }
}
