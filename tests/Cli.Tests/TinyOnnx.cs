using System.Text;

namespace SvgDistill.Cli.Tests;

/// <summary>ONNX files of a few bytes: protocol buffers by hand (onnx.proto's field numbers).</summary>
internal static class TinyOnnx
{
    /// <summary>A network [1,3,side,side] -> [1,3,1,1] that gives each channel's mean.</summary>
    public static byte[] ChannelMeans(int side)
    {
        byte[] node = [.. Field(1, "picture"), .. Field(2, "means"), .. Field(4, "GlobalAveragePool")];
        byte[] graph = [.. Field(1, node), .. Field(2, "g"), .. Field(11, Value("picture", 1, 3, side, side)), .. Field(12, Value("means", 1, 3, 1, 1))];
        return [.. Number(1, 8), .. Field(7, graph), .. Field(8, [.. Number(2, 13)])];
    }

    private static byte[] Value(string name, params int[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(d => Field(1, [.. Number(1, d)]))];
        byte[] tensor = [.. Number(1, 1), .. Field(2, dimensions)];
        return [.. Field(1, name), .. Field(2, [.. Field(1, tensor)])];
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => [(byte)(number << 3 | 2), .. Length(bytes.Length), .. bytes];

    private static byte[] Number(int number, int value) => [(byte)(number << 3), .. Length(value)];

    private static byte[] Length(int value) => value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Length(value >> 7)];
}
