using SvgDistill.Rasterizer.Scenes;

namespace SvgDistill.Distill.Editing.Rules;

/// <summary>A parameter times a factor; an index of -1 is no term.</summary>
internal readonly record struct Term(int Index, double Factor)
{
    internal static readonly Term None = new(-1, 0);
}

/// <summary>
/// A number of the canvas as a sum over parameters: Constant + sum of Factor * theta[Index]. Four terms are enough for a rectangle's
/// corner in a turned frame (x, width, y, height).
/// </summary>
internal readonly record struct LinearForm(double Constant, Term A, Term B, Term C, Term D)
{
    /// <summary>A number that no parameter moves.</summary>
    internal static LinearForm Of(double constant) => new(constant, Term.None, Term.None, Term.None, Term.None);

    /// <summary>A number of the scene.</summary>
    internal static LinearForm Of(Scalar scalar) => scalar.IsConstant || scalar.Scale == 0
        ? Of(scalar.Offset) : Of(scalar.Offset) with { A = new Term(scalar.Index, scalar.Scale) };

    /// <summary>The terms that are there.</summary>
    internal IEnumerable<Term> Terms => new[] { A, B, C, D }.Where(t => t.Index >= 0);

    internal double Value(ReadOnlySpan<double> theta) => Constant + Value(A, theta) + Value(B, theta) + Value(C, theta) + Value(D, theta);

    public static LinearForm operator +(in LinearForm a, in LinearForm b)
    {
        var sum = a with { Constant = a.Constant + b.Constant };
        return sum.Plus(b.A).Plus(b.B).Plus(b.C).Plus(b.D);
    }

    public static LinearForm operator *(double s, in LinearForm a) =>
        s == 0 ? Of(0) : new(s * a.Constant, Scaled(s, a.A), Scaled(s, a.B), Scaled(s, a.C), Scaled(s, a.D));

    private static double Value(Term term, ReadOnlySpan<double> theta) => term.Index < 0 ? 0 : term.Factor * theta[term.Index];

    private static Term Scaled(double s, Term term) => term with { Factor = s * term.Factor };

    private LinearForm Plus(Term term)
    {
        if (term.Index < 0) return this;
        if (A.Index == term.Index) return this with { A = new(term.Index, A.Factor + term.Factor) };
        if (B.Index == term.Index) return this with { B = new(term.Index, B.Factor + term.Factor) };
        if (C.Index == term.Index) return this with { C = new(term.Index, C.Factor + term.Factor) };
        if (D.Index == term.Index) return this with { D = new(term.Index, D.Factor + term.Factor) };
        return A.Index < 0 ? this with { A = term } : B.Index < 0 ? this with { B = term }
            : C.Index < 0 ? this with { C = term } : D.Index < 0 ? this with { D = term }
            : throw new InvalidOperationException("A form has at most four terms.");
    }
}

/// <summary>A point of the canvas, both coordinates as sums over parameters.</summary>
internal readonly record struct LinearPoint(LinearForm X, LinearForm Y)
{
    internal Rasterizer.Geometry.Point Value(ReadOnlySpan<double> theta) => new(X.Value(theta), Y.Value(theta));

    /// <summary>The point in the space that a map leads to.</summary>
    internal LinearPoint Through(in Rasterizer.Geometry.Matrix m) => new(
        m.A * X + m.C * Y + LinearForm.Of(m.E), m.B * X + m.D * Y + LinearForm.Of(m.F));
}
