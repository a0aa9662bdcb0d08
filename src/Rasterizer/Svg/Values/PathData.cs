using SvgDistill.Rasterizer.Geometry;
using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Rasterizer.Svg.Values;

/// <summary>
/// SVG's path grammar (SVG 2 section 9.3) into absolute moves, lines, cubics and closes. Data is used up to the first
/// error, as section 9.5.4 asks.
/// </summary>
internal ref struct PathData
{
    private readonly List<PathCommand> _commands = [];
    private readonly List<Point> _points = [];
    private readonly int _maximum;
    private NumberScanner _scanner;
    private Point _current;
    private Point _start;
    private Point _cubicHandle;
    private Point _quadraticHandle;
    private bool _open;

    private PathData(ReadOnlySpan<char> text, int maximum)
    {
        _scanner = new NumberScanner(text);
        _maximum = maximum;
    }

    /// <summary>Reads path data; <c>Overflow</c> where it has more points than allowed.</summary>
    public static (List<PathCommand> Commands, List<Point> Points, bool Overflow) Parse(ReadOnlySpan<char> text,
        int maximumPoints)
    {
        var data = new PathData(text, maximumPoints);
        data.Read();
        return (data._commands, data._points, data._points.Count > maximumPoints);
    }

    private void Read()
    {
        var command = '\0';
        for (_scanner.SkipSpace(); !_scanner.AtEnd && _points.Count <= _maximum; _scanner.SkipSeparator())
        {
            var letter = _scanner.Current;
            if ("MmZzLlHhVvCcSsQqTtAa".Contains(letter))
            {
                _scanner.Position++;
                command = letter;
                _scanner.SkipSpace();
            }
            // A repeated moveto is a lineto; nothing repeats a closepath.
            else if (command is 'M' or 'm') command = command == 'M' ? 'L' : 'l';
            else if (command is '\0' or 'Z' or 'z') return;
            if (_commands.Count == 0 && command is not ('M' or 'm')) return;
            if (!Segment(command)) return;
        }
    }

    private bool Segment(char command)
    {
        var origin = char.IsAsciiLetterLower(command) ? _current : default;
        switch (char.ToUpperInvariant(command))
        {
            case 'Z':
                if (_open) _commands.Add(PathCommand.Close);
                (_open, _current) = (false, _start);
                break;
            case 'M':
                if (!TryPoint(origin, out var p)) return false;
                _commands.Add(PathCommand.Move);
                _points.Add(p);
                (_current, _start, _open) = (p, p, true);
                break;
            case 'L':
                if (!TryPoint(origin, out p)) return false;
                Line(p);
                break;
            case 'H':
                if (!_scanner.TryNumber(out var x)) return false;
                Line(new Point(origin.X + x, _current.Y));
                break;
            case 'V':
                if (!_scanner.TryNumber(out var y)) return false;
                Line(new Point(_current.X, origin.Y + y));
                break;
            case 'C':
                if (!(TryPoint(origin, out var c1) && Separated(origin, out var c2) && Separated(origin, out p)))
                    return false;
                Cubic(c1, c2, p);
                return true;
            case 'S':
                if (!(TryPoint(origin, out c2) && Separated(origin, out p))) return false;
                Cubic(2 * _current - _cubicHandle, c2, p);
                return true;
            case 'Q':
                if (!(TryPoint(origin, out var q) && Separated(origin, out p))) return false;
                Quadratic(q, p);
                return true;
            case 'T':
                if (!TryPoint(origin, out p)) return false;
                Quadratic(2 * _current - _quadraticHandle, p);
                return true;
            default:
                return Arc(origin);
        }
        (_cubicHandle, _quadraticHandle) = (_current, _current);
        return true;
    }

    private bool Separated(Point origin, out Point p)
    {
        _scanner.SkipSeparator();
        return TryPoint(origin, out p);
    }

    private bool TryPoint(Point origin, out Point p)
    {
        p = default;
        if (!_scanner.TryNumber(out var x)) return false;
        _scanner.SkipSeparator();
        if (!_scanner.TryNumber(out var y)) return false;
        p = origin + new Point(x, y);
        return true;
    }

    // Drawing on after a closepath begins a new contour at the old one's start.
    private void Begin()
    {
        if (_open) return;
        _commands.Add(PathCommand.Move);
        _points.Add(_current);
        _open = true;
    }

    private void Line(Point p)
    {
        Begin();
        _commands.Add(PathCommand.Line);
        _points.Add(p);
        _current = p;
    }

    private void Cubic(Point c1, Point c2, Point p)
    {
        Begin();
        _commands.Add(PathCommand.Cubic);
        _points.Add(c1);
        _points.Add(c2);
        _points.Add(p);
        (_current, _cubicHandle, _quadraticHandle) = (p, c2, p);
    }

    // Degree elevation: the cubic's handles lie two thirds of the way to the quadratic's.
    private void Quadratic(Point q, Point p)
    {
        Cubic(_current + 2.0 / 3 * (q - _current), p + 2.0 / 3 * (q - p), p);
        (_cubicHandle, _quadraticHandle) = (p, q);
    }

    private bool Arc(Point origin)
    {
        if (!_scanner.TryNumber(out var rx)) return false;
        _scanner.SkipSeparator();
        if (!_scanner.TryNumber(out var ry)) return false;
        _scanner.SkipSeparator();
        if (!_scanner.TryNumber(out var degrees)) return false;
        _scanner.SkipSeparator();
        if (!TryFlag(out var large)) return false;
        _scanner.SkipSeparator();
        if (!TryFlag(out var sweep)) return false;
        if (!Separated(origin, out var p)) return false;
        if (rx == 0 || ry == 0) Line(p);
        else
            foreach (var (c1, c2, end) in EllipticalArc.ToCubics(_current, Math.Abs(rx), Math.Abs(ry),
                degrees * Math.PI / 180, large, sweep, p))
                Cubic(c1, c2, end);
        (_cubicHandle, _quadraticHandle) = (_current, _current);
        return true;
    }

    // A flag is one character; a separator after it may be missing ("a1 1 0 01.5.5").
    private bool TryFlag(out bool flag)
    {
        flag = _scanner.Current == '1';
        return _scanner.Take('0') || _scanner.Take('1');
    }
}
