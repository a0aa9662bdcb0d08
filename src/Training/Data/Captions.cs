using SvgDistill.Diffusion.Models;

namespace SvgDistill.Training.Data;

/// <summary>The words that a model hears with a picture, as the embedded prior heard them.</summary>
internal static class Captions
{
    private const double WithKeyword = .2, WithStyle = .33, WithOtherWord = .25;

    /// <summary>One of the forms of an icon's name, sometimes with a keyword or its style behind it.</summary>
    public static string Draw(Draws draws, Icon icon)
    {
        var forms = IconNames.Forms(icon.OtherWords.Count > 0 && draws.Uniform() < WithOtherWord ? icon.OtherWords[draws.Below(icon.OtherWords.Count)] : icon.Subject);
        var (form, keyword, word, style) = (draws.Below(forms.Count), draws.Uniform(), draws.Below(Math.Max(1, icon.Keywords.Count)), draws.Uniform());
        if (icon.Subject.Length == 0) return "";
        var caption = forms[form];
        if (icon.Keywords.Count > 0 && keyword < WithKeyword) caption += ", " + icon.Keywords[word];
        if (icon.Style.Length > 0 && style < WithStyle) caption = ModelDefaults.InStyle(caption, icon.Style);
        return caption;
    }

    /// <summary>Every text that can come out of it, for a vocabulary.</summary>
    public static IEnumerable<string> All(Icon icon) =>
        [.. IconNames.Forms(icon.Subject), .. icon.OtherWords, .. icon.Keywords, .. icon.Style.Length > 0 ? [icon.Style + " style"] : Array.Empty<string>()];
}
