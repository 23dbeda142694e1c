namespace Prickle.Previews;

/// <summary>How far a preview is. In the API and on the wire a stage has its kebab-case name.</summary>
public enum PreviewStage
{
    /// <summary>Nobody sees it.</summary>
    Draft,

    /// <summary>People say that they want it; it is on for nobody.</summary>
    Concept,
    Alpha,
    Beta,

    /// <summary>Ready; those who chose keep what they chose.</summary>
    GeneralAvailability,

    /// <summary>Over: nobody sees it, and what people chose says nothing any more.</summary>
    Archived,
}

/// <summary>What stages mean.</summary>
public static class PreviewStages
{
    static readonly string[] Names = ["draft", "concept", "alpha", "beta", "general-availability", "archived"];

    /// <summary>The stage's name as SDKs know it: <c>general-availability</c>.</summary>
    public static string NameOf(PreviewStage stage) => Names[(int)stage];

    /// <summary>The stage of a name; null for none of them.</summary>
    public static PreviewStage? Of(string? name) => Array.IndexOf(Names, name) is >= 0 and var index ? (PreviewStage)index : null;

    /// <summary>In a sentence: "in beta".</summary>
    public static string WordsOf(PreviewStage stage) => stage switch
    {
        PreviewStage.Draft => "a draft",
        PreviewStage.Concept => "a concept",
        PreviewStage.Alpha => "in alpha",
        PreviewStage.Beta => "in beta",
        PreviewStage.GeneralAvailability => "ready for everybody",
        _ => "over",
    };

    /// <summary>People find it in their list.</summary>
    public static bool IsListed(PreviewStage stage) => stage is not (PreviewStage.Draft or PreviewStage.Archived);

    /// <summary>What people choose decides about the flag.</summary>
    public static bool Enrolls(PreviewStage stage) => stage is PreviewStage.Alpha or PreviewStage.Beta or PreviewStage.GeneralAvailability;
}
