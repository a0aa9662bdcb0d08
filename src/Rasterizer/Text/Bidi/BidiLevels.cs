using SvgDistill.Rasterizer.Text.Fonts;

namespace SvgDistill.Rasterizer.Text.Bidi;

/// <summary>
/// The Unicode Bidirectional Algorithm (UAX #9) for one paragraph on one line: the embedding level of every code point. The rules
/// carry their names there.
/// </summary>
internal sealed class BidiLevels
{
    private const int MaximumDepth = 125;
    private const int MaximumBrackets = 63;

    private readonly int[] _codePoints;
    private readonly BidiClass[] _original;
    private readonly BidiClass[] _classes;
    private readonly byte[] _levels;
    private readonly int[] _matching;
    private readonly byte _base;

    private BidiLevels(int[] codePoints, byte baseLevel)
    {
        (_codePoints, _base) = (codePoints, baseLevel);
        _original = Array.ConvertAll(codePoints, BidiClasses.Of);
        _classes = [.. _original];
        _levels = new byte[codePoints.Length];
        _matching = MatchIsolates(_original);
    }

    /// <summary>The levels of code points in a paragraph whose own level is 0 (left to right) or 1.</summary>
    public static byte[] Of(int[] codePoints, byte baseLevel)
    {
        var bidi = new BidiLevels(codePoints, baseLevel);
        bidi.ResolveExplicit();
        foreach (var sequence in bidi.IsolatingRuns()) bidi.Resolve(sequence);
        bidi.ResolveWhiteSpace();
        return bidi._levels;
    }

    /// <summary>Positions in visual order, L2.</summary>
    public static int[] VisualOrder(ReadOnlySpan<byte> levels)
    {
        var order = new int[levels.Length];
        var (highest, lowestOdd) = ((byte)0, byte.MaxValue);
        for (var i = 0; i < levels.Length; i++)
        {
            order[i] = i;
            highest = Math.Max(highest, levels[i]);
            if (levels[i] % 2 == 1) lowestOdd = Math.Min(lowestOdd, levels[i]);
        }
        for (int level = highest; level >= lowestOdd; level--)
            for (var i = 0; i < levels.Length; i++)
            {
                if (levels[order[i]] < level) continue;
                var end = i + 1;
                while (end < levels.Length && levels[order[end]] >= level) end++;
                Array.Reverse(order, i, end - i);
                i = end;
            }
        return order;
    }

    private static bool IsIsolate(BidiClass c) => c is BidiClass.LRI or BidiClass.RLI or BidiClass.FSI;

    private static bool IsRemoved(BidiClass c) =>
        c is BidiClass.LRE or BidiClass.RLE or BidiClass.LRO or BidiClass.RLO or BidiClass.PDF or BidiClass.BN;

    // BD9: the PDI of each isolate initiator and back; -1 where there is none.
    private static int[] MatchIsolates(BidiClass[] classes)
    {
        var (matching, open) = (new int[classes.Length], new Stack<int>());
        Array.Fill(matching, -1);
        for (var i = 0; i < classes.Length; i++)
        {
            if (IsIsolate(classes[i])) open.Push(i);
            else if (classes[i] == BidiClass.PDI && open.TryPop(out var start)) (matching[start], matching[i]) = (i, start);
        }
        return matching;
    }

    // P2 and P3 for the content of a first-strong isolate.
    private byte FirstStrong(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (_original[i] == BidiClass.L) return 0;
            if (_original[i] is BidiClass.R or BidiClass.AL) return 1;
            if (IsIsolate(_original[i]) && _matching[i] >= 0) i = _matching[i];
        }
        return 0;
    }

    // X1 to X8.
    private void ResolveExplicit()
    {
        var stack = new Stack<(byte Level, BidiClass Override, bool Isolate)>();
        stack.Push((_base, BidiClass.ON, false));
        var (overflowIsolates, overflowEmbeddings, isolates) = (0, 0, 0);
        for (var i = 0; i < _original.Length; i++)
        {
            var c = _original[i];
            var top = stack.Peek();
            _levels[i] = top.Level;
            switch (c)
            {
                case BidiClass.RLE or BidiClass.LRE or BidiClass.RLO or BidiClass.LRO:
                    if (TryNext(top.Level, c is BidiClass.RLE or BidiClass.RLO, out var embedded) && overflowIsolates == 0 && overflowEmbeddings == 0)
                        stack.Push((embedded, c == BidiClass.RLO ? BidiClass.R : c == BidiClass.LRO ? BidiClass.L : BidiClass.ON, false));
                    else if (overflowIsolates == 0) overflowEmbeddings++;
                    break;
                case BidiClass.RLI or BidiClass.LRI or BidiClass.FSI:
                    if (top.Override != BidiClass.ON) _classes[i] = top.Override;
                    var isRtl = c == BidiClass.RLI
                        || (c == BidiClass.FSI && overflowIsolates == 0 && overflowEmbeddings == 0 && FirstStrong(i + 1, _matching[i] < 0 ? _original.Length : _matching[i]) == 1);
                    if (TryNext(top.Level, isRtl, out var isolated) && overflowIsolates == 0 && overflowEmbeddings == 0)
                    {
                        isolates++;
                        stack.Push((isolated, BidiClass.ON, true));
                    }
                    else overflowIsolates++;
                    break;
                case BidiClass.PDI:
                    if (overflowIsolates > 0) overflowIsolates--;
                    else if (isolates > 0)
                    {
                        overflowEmbeddings = 0;
                        while (!stack.Peek().Isolate) stack.Pop();
                        stack.Pop();
                        isolates--;
                    }
                    top = stack.Peek();
                    _levels[i] = top.Level;
                    if (top.Override != BidiClass.ON) _classes[i] = top.Override;
                    break;
                case BidiClass.PDF:
                    if (overflowIsolates > 0) break;
                    if (overflowEmbeddings > 0) overflowEmbeddings--;
                    else if (!top.Isolate && stack.Count > 1) stack.Pop();
                    break;
                case BidiClass.B:
                    _levels[i] = _base;
                    break;
                case BidiClass.BN:
                    break;
                default:
                    if (top.Override != BidiClass.ON) _classes[i] = top.Override;
                    break;
            }
        }

        static bool TryNext(byte level, bool isRtl, out byte next)
        {
            next = (byte)(isRtl ? (level + 1) | 1 : (level + 2) & ~1);
            return next <= MaximumDepth;
        }
    }

    // X9 and X10, BD13: the runs of one level, joined across isolates.
    private List<List<int>> IsolatingRuns()
    {
        var (runs, runOf) = (new List<List<int>>(), new Dictionary<int, int>());
        List<int>? run = null;
        for (var i = 0; i < _original.Length; i++)
        {
            if (IsRemoved(_original[i])) continue;
            if (run is null || _levels[run[^1]] != _levels[i]) runs.Add(run = []);
            run.Add(i);
        }
        for (var r = 0; r < runs.Count; r++) runOf[runs[r][0]] = r;
        var sequences = new List<List<int>>();
        foreach (var first in runs)
        {
            // What continues another run's isolate was joined to that one.
            if (_original[first[0]] == BidiClass.PDI && _matching[first[0]] >= 0) continue;
            var sequence = new List<int>(first);
            while (IsIsolate(_original[sequence[^1]]) && _matching[sequence[^1]] is >= 0 and var end && runOf.TryGetValue(end, out var next))
                sequence.AddRange(runs[next]);
            sequences.Add(sequence);
        }
        return sequences;
    }

    private static BidiClass DirectionOf(int level) => level % 2 == 0 ? BidiClass.L : BidiClass.R;

    private void Resolve(List<int> sequence)
    {
        var level = _levels[sequence[0]];
        var (before, after) = (sequence[0] - 1, sequence[^1] + 1);
        while (before >= 0 && IsRemoved(_original[before])) before--;
        while (after < _original.Length && IsRemoved(_original[after])) after++;
        var endsOpen = IsIsolate(_original[sequence[^1]]);
        var sos = DirectionOf(Math.Max(level, before < 0 ? _base : _levels[before]));
        var eos = DirectionOf(Math.Max(level, after >= _original.Length || endsOpen ? _base : _levels[after]));
        ResolveWeak(sequence, sos);
        ResolveBrackets(sequence, sos, DirectionOf(level));
        ResolveNeutral(sequence, sos, eos, DirectionOf(level));
        // I1 and I2.
        foreach (var i in sequence)
            _levels[i] += (byte)(level % 2 == 0 ? _classes[i] switch { BidiClass.R => 1, BidiClass.AN or BidiClass.EN => 2, _ => 0 }
                : _classes[i] == BidiClass.R ? 0 : 1);
    }

    // W1 to W7.
    private void ResolveWeak(List<int> sequence, BidiClass sos)
    {
        var last = sos;
        foreach (var i in sequence)
        {
            if (_classes[i] == BidiClass.NSM)
                _classes[i] = IsIsolate(last) || last == BidiClass.PDI ? BidiClass.ON : last;
            last = _classes[i];
        }
        var strong = sos;
        foreach (var i in sequence)
        {
            if (_classes[i] is BidiClass.L or BidiClass.R or BidiClass.AL) strong = _classes[i];
            else if (_classes[i] == BidiClass.EN && strong == BidiClass.AL) _classes[i] = BidiClass.AN;
        }
        foreach (var i in sequence)
            if (_classes[i] == BidiClass.AL) _classes[i] = BidiClass.R;
        for (var k = 1; k + 1 < sequence.Count; k++)
        {
            var (left, c, right) = (_classes[sequence[k - 1]], _classes[sequence[k]], _classes[sequence[k + 1]]);
            if (left != right) continue;
            if ((c is BidiClass.ES or BidiClass.CS && left == BidiClass.EN) || (c == BidiClass.CS && left == BidiClass.AN))
                _classes[sequence[k]] = left;
        }
        for (var k = 0; k < sequence.Count; k++)
        {
            if (_classes[sequence[k]] != BidiClass.ET) continue;
            var end = k;
            while (end < sequence.Count && _classes[sequence[end]] == BidiClass.ET) end++;
            if ((k > 0 && _classes[sequence[k - 1]] == BidiClass.EN) || (end < sequence.Count && _classes[sequence[end]] == BidiClass.EN))
                for (var j = k; j < end; j++) _classes[sequence[j]] = BidiClass.EN;
            k = end - 1;
        }
        foreach (var i in sequence)
            if (_classes[i] is BidiClass.ES or BidiClass.ET or BidiClass.CS) _classes[i] = BidiClass.ON;
        strong = sos;
        foreach (var i in sequence)
        {
            if (_classes[i] is BidiClass.L or BidiClass.R) strong = _classes[i];
            else if (_classes[i] == BidiClass.EN && strong == BidiClass.L) _classes[i] = BidiClass.L;
        }
    }

    private static BidiClass Strong(BidiClass c) => c switch
    {
        BidiClass.L => BidiClass.L,
        BidiClass.R or BidiClass.EN or BidiClass.AN => BidiClass.R,
        _ => BidiClass.ON,
    };

    // N0.
    private void ResolveBrackets(List<int> sequence, BidiClass sos, BidiClass embedding)
    {
        foreach (var (open, close) in BracketPairs(sequence))
        {
            var (sawEmbedding, sawOther) = (false, false);
            for (var k = open + 1; k < close; k++)
            {
                var strong = Strong(_classes[sequence[k]]);
                sawEmbedding |= strong == embedding;
                sawOther |= strong != BidiClass.ON && strong != embedding;
            }
            if (!sawEmbedding && !sawOther) continue;
            var direction = embedding;
            if (!sawEmbedding)
            {
                var context = sos;
                for (var k = open - 1; k >= 0; k--)
                    if (Strong(_classes[sequence[k]]) is not BidiClass.ON and var strong)
                    {
                        context = strong;
                        break;
                    }
                if (context != embedding) direction = context;
            }
            foreach (var k in (ReadOnlySpan<int>)[open, close])
            {
                _classes[sequence[k]] = direction;
                for (var j = k + 1; j < sequence.Count && _original[sequence[j]] == BidiClass.NSM; j++) _classes[sequence[j]] = direction;
            }
        }
    }

    // BD16.
    private List<(int Open, int Close)> BracketPairs(List<int> sequence)
    {
        var (pairs, open) = (new List<(int, int)>(), new List<(int Close, int Position)>());
        for (var k = 0; k < sequence.Count; k++)
        {
            if (_classes[sequence[k]] != BidiClass.ON) continue;
            var codePoint = _codePoints[sequence[k]];
            if (UnicodeData.ClosingBracket(codePoint) is { } closing)
            {
                if (open.Count == MaximumBrackets) return [];
                open.Add((closing, k));
            }
            else if (UnicodeData.IsClosingBracket(codePoint))
            {
                var match = open.FindLastIndex(o => o.Close == UnicodeData.Canonical(codePoint));
                if (match < 0) continue;
                pairs.Add((open[match].Position, k));
                open.RemoveRange(match, open.Count - match);
            }
        }
        pairs.Sort();
        return pairs;
    }

    // N1 and N2.
    private void ResolveNeutral(List<int> sequence, BidiClass sos, BidiClass eos, BidiClass embedding)
    {
        for (var k = 0; k < sequence.Count; k++)
        {
            if (!IsNeutral(_classes[sequence[k]])) continue;
            var end = k;
            while (end < sequence.Count && IsNeutral(_classes[sequence[end]])) end++;
            var left = k == 0 ? sos : Strong(_classes[sequence[k - 1]]);
            var right = end == sequence.Count ? eos : Strong(_classes[sequence[end]]);
            for (var j = k; j < end; j++) _classes[sequence[j]] = left == right ? left : embedding;
            k = end - 1;
        }

        static bool IsNeutral(BidiClass c) => c is BidiClass.B or BidiClass.S or BidiClass.WS or BidiClass.ON or BidiClass.PDI || IsIsolate(c);
    }

    // L1; what X9 removes takes the level of what stands before it.
    private void ResolveWhiteSpace()
    {
        for (var i = 0; i < _levels.Length; i++)
            if (IsRemoved(_original[i])) _levels[i] = i == 0 ? _base : _levels[i - 1];
        var reset = true;
        for (var i = _levels.Length - 1; i >= 0; i--)
        {
            var c = _original[i];
            if (c is BidiClass.S or BidiClass.B) reset = true;
            else if (!(c is BidiClass.WS or BidiClass.PDI || IsIsolate(c) || IsRemoved(c))) reset = false;
            if (reset) _levels[i] = _base;
        }
    }
}
