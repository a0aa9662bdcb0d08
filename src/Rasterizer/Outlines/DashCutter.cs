using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Outlines;

/// <summary>
/// Cuts contours into dashes by arc length along their stations. Boundary b of the pattern lies at
/// c_b = r (S(b) - offset), S(b) the sum of the first b entries of the endless pattern (b may be negative); dash b is on for
/// even b. Each contour begins the pattern anew. r is 1, or the length of all contours by what <c>pathLength</c> says
/// that it is (SVG 2 section 9.6.1).
/// </summary>
internal sealed class DashCutter
{
    /// <summary>A contour that would bring a stroke beyond this many dashes in sight is drawn as a solid line.</summary>
    public const int MostDashes = 1 << 20;

    /// <summary>Dashes and gaps of a contour that are cut without asking which can be seen.</summary>
    private const int FewDashes = 1 << 12;

    /// <summary>r is at most this, which stands for the infinite one of a <c>pathLength</c> of zero.</summary>
    private const double LargestRatio = 1e12;

    private readonly Scalar[] _dashes;
    private readonly Scalar _offset;
    private readonly double? _pathLength;
    private readonly double[] _pattern;
    private readonly List<DashEnd> _cuts = [];
    private double[] _lengths = [], _lengthGradient = [];
    private readonly List<(double From, double To)> _ranges = [];
    private double _period, _phase, _ratio, _dashesInSight;
    private Matrix _toDevice;
    private PixelBox _around, _near;

    public DashCutter(Stroke stroke)
    {
        // An odd pattern is repeated once, as SVG 2 section 13.5.6 says, so that on and off alternate by parity.
        _dashes = stroke.Dashes.Length % 2 == 0 ? [.. stroke.Dashes] : [.. stroke.Dashes, .. stroke.Dashes];
        (_offset, _pathLength) = (stroke.DashOffset, stroke.PathLength);
        _pattern = new double[_dashes.Length];
    }

    /// <summary>Reads the pattern; false where it draws a solid line: no dash, none longer than 0, or a negative one.</summary>
    public bool Refresh(StrokeStations stations, ReadOnlySpan<double> theta)
    {
        _cuts.Clear();
        var total = Measure(stations);
        _ratio = _pathLength is { } written ? Math.Min(total / written, LargestRatio) : 1;
        // Nothing has a length: every contour is a point, which the pattern as it is dots or not.
        if (!(_ratio > 0)) _ratio = 1;
        (_period, _phase) = (0, _ratio * _offset.Value(theta));
        for (var i = 0; i < _pattern.Length; i++)
        {
            _pattern[i] = _ratio * _dashes[i].Value(theta);
            if (!(_pattern[i] >= 0)) return false;
            _period += _pattern[i];
        }
        return _period > 0 && double.IsFinite(_period) && double.IsFinite(_phase);
    }

    /// <summary>Takes each contour's lengths from its first station on; returns the sum over all contours.</summary>
    private double Measure(StrokeStations stations)
    {
        if (_lengths.Length < stations.Count) _lengths = DrawBuffers.Grown(_lengths, stations.Count);
        var total = 0.0;
        foreach (var contour in stations.Contours)
        {
            var end = contour.First + contour.Count;
            _lengths[contour.First] = 0;
            for (var i = contour.First + 1; i < end; i++)
                _lengths[i] = _lengths[i - 1] + (stations.Values[i].Position - stations.Values[i - 1].Position).Length;
            total += _lengths[end - 1];
        }
        return total;
    }

    /// <summary>Says what can be seen: the map of stations to pixels, where they are drawn to, and how far a dash reaches beside them.</summary>
    public void Look(in Matrix toDevice, in DrawWindow window, double reach) =>
        (_toDevice, _around, _near, _dashesInSight) = (toDevice, window.Around.Grown(reach), window.Near.Grown(reach), 0);

    /// <summary>Adds the dashes of a contour as runs; false where there are too many in sight.</summary>
    public bool Cut(StrokeStations stations, StationRange contour, StrokeRuns runs)
    {
        var end = contour.First + contour.Count;
        var length = _lengths[end - 1];

        var (first, start) = FirstBoundary(_phase);
        var (firstRun, startsOn, hasFirst) = (runs.Count, first % 2 == 0, false);
        if (contour.Count == 1)
        {
            if (startsOn) runs.AddAll(contour);
            return true;
        }
        _ranges.Clear();
        if (length / _period * _pattern.Length < FewDashes) _ranges.Add((0, length));
        else if (!LookForRanges(stations, contour)) return false;
        var (boundary, from, interval, last) = (first, start, contour.First, end - 1);
        foreach (var range in _ranges)
        {
            var periods = Math.Floor((range.From - from) / _period);
            if (periods > 0) (boundary, from) = (boundary + (long)periods * _pattern.Length, from + periods * _period);
            for (; from < Math.Min(range.To, length); boundary++)
            {
                var to = from + _pattern[Modulo(boundary)];
                if (boundary % 2 == 0 && to >= range.From) AddDash(to);
                from = to;
            }
        }
        return true;

        void AddDash(double to)
        {
            hasFirst |= boundary == first;
            runs.Begin();
            while (_lengths[interval + 1] <= from) interval++;
            var next = from > 0 ? interval + 1 : contour.First;
            if (from > 0) runs.Add(AddCut(stations, interval, from, boundary));
            while (to < length && _lengths[interval + 1] < to) interval++;
            for (; next <= (to < length ? interval : last); next++) runs.Add(next);
            if (to < length) runs.Add(AddCut(stations, interval, to, boundary + 1));
            if (to < length || !contour.IsClosed || !startsOn || !hasFirst) runs.End(isClosed: false);
            // A dash over the closing point goes on with the contour's first dash.
            else if (boundary == first) runs.End(isClosed: true);
            else runs.EndJoined(firstRun);
        }
    }

    /// <summary>Which parts of a contour, in arc length, can be seen; false where they have too many dashes.</summary>
    private bool LookForRanges(StrokeStations stations, StationRange contour)
    {
        var inSight = 0.0;
        for (var i = contour.First; i < contour.First + contour.Count - 1; i++)
        {
            var (a, b) = (_toDevice.Apply(stations.Values[i].Position), _toDevice.Apply(stations.Values[i + 1].Position));
            var length = _lengths[i + 1] - _lengths[i];
            var (from, to) = _around.Inside(a, b);
            inSight += Math.Max(0, to - from) * length;
            (from, to) = _near.Inside(a, b);
            if (!(from < to)) continue;
            var range = (From: _lengths[i] + from * length, To: _lengths[i] + to * length);
            if (_ranges is [.., var before] && before.To == range.From) _ranges[^1] = (before.From, range.To);
            else _ranges.Add(range);
        }
        _dashesInSight += inSight / _period * _pattern.Length;
        return _dashesInSight < 2.0 * MostDashes;
    }

    /// <summary>Differentiates the cuts into the stations and the pattern.</summary>
    public void Backward(StrokeStations stations, Span<double> thetaGradient)
    {
        if (_cuts.Count == 0) return;
        if (_lengthGradient.Length < _lengths.Length) _lengthGradient = new double[_lengths.Length];
        Array.Clear(_lengthGradient);
        var gRatio = 0.0;
        foreach (var cut in _cuts)
        {
            var k = cut.Interval;
            var interval = _lengths[k + 1] - _lengths[k];
            var g = stations.CutBackward(cut.Station) / interval;
            _lengthGradient[k] += g * (cut.Fraction - 1);
            _lengthGradient[k + 1] -= g * cut.Fraction;
            _offset.Accumulate(-_ratio * g, thetaGradient);
            gRatio += g * (_lengths[k] + cut.Fraction * interval) / _ratio;
            var (periods, rest) = (Math.DivRem(cut.Boundary - Modulo(cut.Boundary), _pattern.Length).Quotient, Modulo(cut.Boundary));
            for (var i = 0; i < _dashes.Length; i++) _dashes[i].Accumulate(_ratio * g * (periods + (i < rest ? 1 : 0)), thetaGradient);
        }
        // Every interval of every contour lengthens the whole.
        var gTotal = _pathLength is { } written && _ratio < LargestRatio ? gRatio / written : 0;
        foreach (var contour in stations.Contours)
        {
            // A length is the sum of the intervals before it.
            var sum = gTotal;
            for (var i = contour.First + contour.Count - 1; i > contour.First; i--)
            {
                sum += _lengthGradient[i];
                var d = stations.Values[i].Position - stations.Values[i - 1].Position;
                var distance = d.Length;
                if (sum == 0 || distance == 0) continue;
                var g = sum / distance * d;
                ref var a = ref stations.Gradient[i - 1];
                ref var b = ref stations.Gradient[i];
                (a.X, a.Y, b.X, b.Y) = (a.X - g.X, a.Y - g.Y, b.X + g.X, b.Y + g.Y);
            }
        }
    }

    /// <summary>The last boundary not after the contour's beginning, and where it lies.</summary>
    private (long Boundary, double Position) FirstBoundary(double offset)
    {
        var periods = Math.Floor(offset / _period);
        // The remainder is exact where the product of a great number of periods would not be.
        var phase = offset % _period;
        var position = phase < 0 ? -(phase + _period) : -phase;
        // Where a pattern begins does not matter beyond this many periods, but the number must fit.
        var boundary = (long)Math.Clamp(periods, -(1 << 20), 1 << 20) * _pattern.Length;
        while (true)
        {
            var end = position + _pattern[Modulo(boundary)];
            // Of those that end at 0 only a dash of no length is seen, as a dot.
            if (end > 0 || (end == 0 && position == 0 && boundary % 2 == 0)) return (boundary, position);
            (position, boundary) = (end, boundary + 1);
        }
    }

    private int AddCut(StrokeStations stations, int interval, double position, long boundary)
    {
        var fraction = (position - _lengths[interval]) / (_lengths[interval + 1] - _lengths[interval]);
        var station = stations.AddCut(interval, fraction);
        _cuts.Add(new(station, interval, fraction, boundary));
        return station;
    }

    private int Modulo(long boundary) => (int)((boundary % _pattern.Length + _pattern.Length) % _pattern.Length);

    private readonly record struct DashEnd(int Station, int Interval, double Fraction, long Boundary);
}

/// <summary>Pieces of a stroke: station numbers in order, the pieces one after another.</summary>
internal sealed class StrokeRuns
{
    private int[] _stations = [];
    private int _stationCount;
    private Run[] _runs = [];

    /// <summary>How many runs.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => (Count, _stationCount) = (0, 0);

    /// <summary>Forgets all, memory included.</summary>
    public void Release() => (Count, _stationCount, _stations, _runs) = (0, 0, [], []);

    /// <summary>A run's stations and whether its last joins its first; no stations where it became part of another.</summary>
    public ReadOnlySpan<int> Get(int run, out bool isClosed)
    {
        isClosed = _runs[run].IsClosed;
        return _stations.AsSpan(_runs[run].First, _runs[run].Count);
    }

    /// <summary>Adds a whole contour as a run.</summary>
    public void AddAll(StationRange contour)
    {
        Begin();
        for (var i = 0; i < contour.Count; i++) Add(contour.First + i);
        End(contour.IsClosed);
    }

    public void Begin()
    {
        if (Count == _runs.Length) _runs = DrawBuffers.Grown(_runs, Count + 4);
        _runs[Count] = new(_stationCount, 0, false);
    }

    public void Add(int station)
    {
        if (_stationCount == _stations.Length) _stations = DrawBuffers.Grown(_stations, _stationCount + 16);
        _stations[_stationCount++] = station;
    }

    public void End(bool isClosed)
    {
        var first = _runs[Count].First;
        _runs[Count++] = new(first, _stationCount - first, isClosed);
    }

    /// <summary>Ends a run with the stations of an earlier one, which is taken back.</summary>
    public void EndJoined(int earlier)
    {
        var run = _runs[earlier];
        for (var i = 0; i < run.Count; i++) Add(_stations[run.First + i]);
        _runs[earlier] = run with { Count = 0 };
        End(isClosed: false);
    }

    private readonly record struct Run(int First, int Count, bool IsClosed);
}
