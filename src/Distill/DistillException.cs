using SvgDistill.Rasterizer;

namespace SvgDistill.Distill;

/// <summary>An edit that cannot be made as asked: the message says what is wrong and what to do.</summary>
public sealed class DistillException(string message) : SvgDistillException(message);
