namespace SvgDistill.Distill.Finishing;

/// <summary>What finishing did, and what it found and left.</summary>
public sealed record FinishReport
{
    /// <summary>Crossings and slivers that the edit had added.</summary>
    public int ContourFaults { get; set; }
    /// <summary>Those of them that are still there, because no repair within the bound took them away.</summary>
    public int ContourFaultsKept { get; set; }
    /// <summary>Shapes that the edit had left without anything to see.</summary>
    public int Flecks { get; set; }
    /// <summary>Those of them that are still so.</summary>
    public int FlecksKept { get; set; }
    /// <summary>Elements to leave out, by order, because nothing is seen of them any more.</summary>
    public IReadOnlyList<int> Pruned { get; set; } = [];
    /// <summary>Written colours that were made equal to another.</summary>
    public int ColorsJoined { get; set; }
    /// <summary>How much the picture changed, as <see cref="FinishOptions.PictureBound"/> has it.</summary>
    public double PictureChange { get; set; }
}

/// <summary>A finished drawing.</summary>
/// <param name="Theta">Its parameters.</param>
/// <param name="Report">What was done.</param>
public sealed record FinishedDrawing(double[] Theta, FinishReport Report);
