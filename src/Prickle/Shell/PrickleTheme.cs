using MudBlazor;

namespace Prickle.Shell;

/// <summary>Type and measures for MudBlazor's parts; the colours of both modes are in the kit's theme.css.</summary>
public static class PrickleTheme
{
    static readonly string[] Body = ["Inter Variable", "system-ui", "sans-serif"];
    static readonly string[] Heading = ["Nunito Variable", "system-ui", "sans-serif"];

    public static MudTheme Instance { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "232px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Body, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "0" },
            H5 = new H5Typography { FontFamily = Heading, FontSize = "26px", FontWeight = "800", LetterSpacing = "-.01em" },
            H6 = new H6Typography { FontFamily = Heading, FontSize = "18px", FontWeight = "700", LetterSpacing = "0" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Heading, FontSize = "16px", FontWeight = "700", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Body, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Body, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Body, FontSize = "14px", FontWeight = "600", LetterSpacing = "0", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Body, FontSize = "13px", LetterSpacing = "0" },
        },
    };
}
